/** A gateway client for one errand: no reconnect, ready or failed when the promise settles. */

import { createGatewayClient, type GatewayClient, type GatewayClientOptions } from "./gateway-client.ts";
import { nodeSocket, type NodeSocketOptions } from "./node-socket.ts";

export interface ConnectOnceOptions
  extends
    NodeSocketOptions,
    Pick<GatewayClientOptions, "client" | "scopes" | "requestTimeoutMs" | "handshakeTimeoutMs"> {}

/** Rejects with the gateway's fault, or AGENT_UNREACHABLE. The caller closes the client. */
export const connectOnce = async (url: string, token: string, options: ConnectOnceOptions): Promise<GatewayClient> => {
  const client = createGatewayClient({
    ...options,
    open: () => nodeSocket(url, options),
    credentials: async () => ({ token }),
    reconnect: false,
  });
  await client.ready();
  return client;
};
