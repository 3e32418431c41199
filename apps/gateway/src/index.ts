export { startGateway } from "./gateway.ts";
export { createLogBook } from "./logs/log-book.ts";
export type { Gateway, GatewayLimits, GatewayOptions } from "./options.ts";
