export { RELAY_PATH, createRelay, type Relay, type RelayOptions } from "./relay.ts";
export { DEFAULT_RELAY_LIMITS, type RelayLimits } from "./limits.ts";
export type { OpenGateway } from "./dial.ts";
