/** Defaults that depend on the machine: its credentials, its home directory, its time zone. */

import { join } from "node:path";

import { isRecord } from "./schema/node.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the host tells; the caller asks the operating system. */
export interface Host {
  readonly homeDirectory: string;
  readonly timeZone: string;
}

export const BEDROCK_DEFAULT_MODEL = "amazon-bedrock/us.anthropic.claude-opus-4-6-v1";
export const OFFLINE_MODEL = "offline/demo";

/** Variables by which the default AWS credential chain can find credentials without asking the network. */
const AWS_CREDENTIAL_SIGNS = [
  "AWS_ACCESS_KEY_ID",
  "AWS_PROFILE",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
];

/** Whether the environment says that somebody meant AWS to be used; an instance profile leaves no such sign. */
export const showsAwsCredentials = (env: Environment): boolean =>
  AWS_CREDENTIAL_SIGNS.some((name) => env[name]?.trim());

/** The model of a gateway whose configuration names none. */
const defaultModel = (env: Environment): string => (showsAwsCredentials(env) ? BEDROCK_DEFAULT_MODEL : OFFLINE_MODEL);

/** `raw` laid over the defaults of this machine. */
export const withHostDefaults = (raw: unknown, env: Environment, host: Host): unknown =>
  layer(
    {
      agents: {
        defaults: {
          workspace: join(host.homeDirectory, "koi"),
          model: { primary: defaultModel(env) },
          userTimezone: host.timeZone,
        },
      },
      models: {
        providers: {
          "amazon-bedrock": {
            api: "bedrock-converse-stream",
            region: env["AWS_REGION"] || env["AWS_DEFAULT_REGION"] || "us-east-1",
          },
        },
      },
    },
    raw,
  );

/** `over` wins; objects are merged key by key, everything else is replaced. */
export const layer = (under: unknown, over: unknown): unknown => {
  if (over === undefined) return under;
  if (!isRecord(under) || !isRecord(over)) return over;
  const keys = new Set([...Object.keys(under), ...Object.keys(over)]);
  return Object.fromEntries([...keys].map((key) => [key, layer(ownValue(under, key), ownValue(over, key))]));
};

const ownValue = (record: Readonly<Record<string, unknown>>, key: string): unknown =>
  Object.hasOwn(record, key) ? record[key] : undefined;
