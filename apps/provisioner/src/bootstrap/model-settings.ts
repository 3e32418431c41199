/** Which language model new agents get: read from the platform's environment, without asking anybody. */

import { BEDROCK_DEFAULT_MODEL, OFFLINE_MODEL, showsAwsCredentials, type Environment } from "@skykoi/config";
import { fault } from "@skykoi/fault";

interface Model {
  /** `provider/model`, as agents are configured with it. */
  readonly ref: string;
  /** True for the offline model, which is not a language model and says so. */
  readonly demo: boolean;
}

export type ModelSettings =
  | (Model & { readonly kind: "bedrock"; readonly region: string })
  | (Model & { readonly kind: "offline" })
  /** An OpenAI-compatible endpoint. Its key stays in the environment; the configuration only names the variable. */
  | (Model & {
      readonly kind: "custom";
      readonly model: string;
      readonly baseUrl: string;
      readonly hasApiKey: boolean;
    });

export interface HostSigns {
  /** Whether `~/.aws/credentials` exists. */
  readonly awsCredentialsFile: boolean;
}

const OFFLINE: ModelSettings = { kind: "offline", ref: OFFLINE_MODEL, demo: true };
const DEFAULT_REGION = "us-east-1";

/** `SKYKOI_MODEL` decides; without it AWS credentials mean Claude on Bedrock, and nothing at all the offline demo. */
export const resolveModel = (env: Environment, signs: HostSigns = { awsCredentialsFile: false }): ModelSettings => {
  const wanted = filled(env.SKYKOI_MODEL);
  const baseUrl = filled(env.SKYKOI_MODEL_BASE_URL);
  if (wanted === OFFLINE.ref) return OFFLINE;
  if (wanted?.startsWith("amazon-bedrock/")) return bedrock(wanted, env);
  if (baseUrl) return custom(wanted, baseUrl, env);
  if (wanted?.startsWith("custom/")) {
    throw invalid("SKYKOI_MODEL names a custom model: set SKYKOI_MODEL_BASE_URL to its address, up to and with /v1.");
  }
  if (wanted) {
    throw invalid(
      `SKYKOI_MODEL must begin with amazon-bedrock/ or custom/, or be ${OFFLINE.ref}; it is "${wanted}". For an OpenAI-compatible server set SKYKOI_MODEL_BASE_URL too.`,
    );
  }
  const hasCredentials = signs.awsCredentialsFile || showsAwsCredentials(env);
  return hasCredentials ? bedrock(BEDROCK_DEFAULT_MODEL, env) : OFFLINE;
};

const bedrock = (ref: string, env: Environment): ModelSettings => ({
  kind: "bedrock",
  ref: requireModelName(ref, "amazon-bedrock/"),
  demo: false,
  region: filled(env.AWS_REGION) ?? filled(env.AWS_DEFAULT_REGION) ?? DEFAULT_REGION,
});

/** The names of such models hold slashes themselves: only a leading `custom/` is a provider. */
const custom = (wanted: string | undefined, baseUrl: string, env: Environment): ModelSettings => {
  if (!wanted) throw invalid("SKYKOI_MODEL_BASE_URL is set: set SKYKOI_MODEL to the name of the model it serves.");
  const url = URL.parse(baseUrl);
  if (!url || !["http:", "https:"].includes(url.protocol)) {
    throw invalid(`SKYKOI_MODEL_BASE_URL must be an http or https address up to and with /v1; it is "${baseUrl}".`);
  }
  if (url.username || url.password) {
    throw invalid("SKYKOI_MODEL_BASE_URL must not hold a password: put the key into SKYKOI_MODEL_API_KEY.");
  }
  const ref = requireModelName(wanted.startsWith("custom/") ? wanted : `custom/${wanted}`, "custom/");
  const hasApiKey = filled(env.SKYKOI_MODEL_API_KEY) !== undefined;
  return { kind: "custom", ref, demo: false, model: ref.slice("custom/".length), baseUrl, hasApiKey };
};

const requireModelName = (ref: string, prefix: string): string => {
  if (ref.length > prefix.length && !/\s/.test(ref)) return ref;
  throw invalid(`SKYKOI_MODEL must name a model after ${prefix}, without spaces; it is "${ref}".`);
};

const filled = (value: string | undefined): string | undefined => value?.trim() || undefined;

const invalid = (message: string) => fault("CONFIG_INVALID", { message });
