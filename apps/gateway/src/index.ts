export { startGateway } from "./gateway.ts";
export type { Gateway, GatewayLimits, GatewayOptions } from "./options.ts";
