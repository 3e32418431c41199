export { browserSocket } from "./browser-socket.ts";
export {
  createGatewayClient,
  type ConnectionState,
  type GatewayClient,
  type GatewayClientOptions,
  type RequestOptions,
} from "./gateway-client.ts";
export { type Backoff } from "./backoff.ts";
export { type Socket, type SocketHandlers } from "./socket.ts";
