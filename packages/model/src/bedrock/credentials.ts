/** AWS credentials for signing: from the environment at once, otherwise from the SDK's default chain, loaded then. */

import { fault, type Fault } from "@skykoi/fault";

import type { AwsCredentials } from "./credential-chain.ts";

export interface CredentialSource {
  /** Throws MODEL_AUTH_FAILED with what to do about it. */
  get(signal: AbortSignal): Promise<AwsCredentials>;
  /** After a refusal: the next `get` asks the chain anew (a renewed sign-in, a rotated role). */
  forget(): void;
  /** Whether asking anew can give others than before. */
  readonly renewable: boolean;
}

/** The chain asks files, processes, containers and the metadata service in turn; each has limits of its own below this. */
const CHAIN_LIMIT_MS = 15_000;

const WHAT_TO_DO =
  "On an AWS instance attach its instance profile; elsewhere set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.";

/**
 * A pair of keys in `env` is used as it is unless AWS_PROFILE is set too, which wins as it does in the chain. The
 * chain itself reads the process's environment.
 */
export const createCredentialSource = (env: Readonly<Record<string, string | undefined>>): CredentialSource => {
  const fixed = keysOf(env);
  if (fixed) return { get: () => Promise.resolve(fixed), forget: () => undefined, renewable: false };

  let chain: Promise<() => Promise<AwsCredentials>> | undefined;
  return {
    get: async (signal) => {
      chain ??= loadChain();
      try {
        const provide = await chain;
        return await withLimit(provide(), signal);
      } catch (thrown) {
        chain = undefined;
        throw signal.aborted ? fault("ABORTED") : unavailable(thrown);
      }
    },
    forget: () => {
      chain = undefined;
    },
    renewable: true,
  };
};

const keysOf = (env: Readonly<Record<string, string | undefined>>): AwsCredentials | undefined => {
  const accessKeyId = env["AWS_ACCESS_KEY_ID"];
  const secretAccessKey = env["AWS_SECRET_ACCESS_KEY"];
  const sessionToken = env["AWS_SESSION_TOKEN"];
  if (!accessKeyId || !secretAccessKey || env["AWS_PROFILE"]) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
};

const loadChain = async (): Promise<() => Promise<AwsCredentials>> => {
  const { createCredentialChain } = await import("./credential-chain.ts");
  return createCredentialChain();
};

const withLimit = async <T>(work: Promise<T>, signal: AbortSignal): Promise<T> => {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(CHAIN_LIMIT_MS)]);
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(new Error(`no credentials within ${CHAIN_LIMIT_MS} ms`));
  if (limit.aborted) onAbort();
  else limit.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    limit.removeEventListener("abort", onAbort);
  }
};

const unavailable = (thrown: unknown): Fault => {
  const detail = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return /expired/i.test(detail)
    ? fault("MODEL_AUTH_FAILED", {
        message: "The AWS credentials have expired. Renew them, for example with `aws sso login`.",
        detail,
      })
    : fault("MODEL_AUTH_FAILED", { message: `No AWS credentials were found. ${WHAT_TO_DO}`, detail });
};
