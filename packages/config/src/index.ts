export { SkykoiConfig } from "./schema/skykoi-config.ts";
export {
  BEDROCK_DEFAULT_MODEL,
  OFFLINE_MODEL,
  showsAwsCredentials,
  type Environment,
  type Host,
} from "./host-defaults.ts";
export { configPath, resolveHome } from "./home.ts";
export { isConfigured, writeConfigText, writeInitialConfig } from "./initial-config.ts";
export { loadConfig, type LoadOptions, type LoadedConfig } from "./load-config.ts";
export { type ConfigFlags } from "./overrides.ts";
export { parseConfigText, type ParseOptions, type ParsedConfig } from "./parse-config.ts";
export { readTextIfPresent, writePrivateFile } from "./private-file.ts";
export { formatProblem, type ConfigProblem } from "./problem.ts";
export { REDACTED, redactConfig, redactWritten } from "./secrets.ts";
export { configJsonSchema } from "./schema/json-schema.ts";
export { configKeys, findConfigKey, type ConfigKey } from "./schema/keys.ts";
export { WITHOUT_EFFECT } from "./without-effect.ts";
export { repairConfig } from "./repair-config.ts";
export { changedKeys, holdRestartKeys, type ChangedKeys } from "./changed-keys.ts";
export { type ConfigChange } from "./change-config.ts";
export { createConfigFile, hashText, type ConfigFile, type ReadConfig } from "./config-file.ts";
export { parseConfigPath } from "./config-path.ts";
