/** What of the platform's environment an instance may see: a short list, and credentials only of its own model. */

import type { ModelSettings } from "../../bootstrap/model-settings.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

const ALWAYS: ReadonlySet<string> = new Set([
  "HOME",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "LANG",
  "LC_ALL",
  "LOGNAME",
  "NODE_EXTRA_CA_CERTS",
  "NO_PROXY",
  "PATH",
  "SHELL",
  "SSL_CERT_FILE",
  "TERM",
  "TMPDIR",
  "TZ",
  "USER",
  "http_proxy",
  "https_proxy",
  "no_proxy",
]);

/** glibc keeps a pool of free memory for every thread and gives little back, which an instance has no use for. */
const FRUGAL = { MALLOC_ARENA_MAX: "1", MALLOC_TRIM_THRESHOLD_: "131072" };

export interface ChildPlace {
  readonly home: string;
  readonly port: number;
}

export const childEnvironment = (
  env: Environment,
  model: ModelSettings,
  { home, port }: ChildPlace,
): Record<string, string> => {
  const passed = Object.entries(env).filter(([name]) => ALWAYS.has(name) || isCredentialOf(model, name));
  const defined = passed.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  const own = { SKYKOI_HOME: home, SKYKOI_GATEWAY_PORT: String(port), ...FRUGAL };
  return { ...Object.fromEntries(defined), ...own };
};

const isCredentialOf = (model: ModelSettings, name: string): boolean => {
  switch (model.kind) {
    case "bedrock":
      return name.startsWith("AWS_");
    case "custom":
      return name === "SKYKOI_MODEL_API_KEY";
    case "offline":
      return false;
    default:
      return model satisfies never;
  }
};
