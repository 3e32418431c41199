/** The gateway's end of a relayed connection: a real server that says its challenge and lets the test do the rest. */

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { WebSocketServer, type WebSocket } from "ws";

import { toTestClient, type TestClient } from "./test-client.ts";

export interface TestGateway {
  readonly url: string;
  /** The next connection that arrives. */
  next(): Promise<TestClient>;
  readonly connections: ReadonlySet<WebSocket>;
  /** Connections in all. */
  readonly accepted: number;
  close(): Promise<void>;
}

export const openTestGateway = async (
  server: Server = createServer(),
  { challenge = true }: { challenge?: boolean } = {},
): Promise<TestGateway> => {
  const sockets = new WebSocketServer({ server, perMessageDeflate: false, maxPayload: 25 * 1024 * 1024 });
  const waiting: TestClient[] = [];
  let wake: ((client: TestClient) => void) | undefined;
  let accepted = 0;
  sockets.on("connection", (webSocket) => {
    accepted += 1;
    const client = toTestClient(webSocket);
    if (challenge) client.send({ type: "event", event: "connect.challenge", payload: { nonce: "gateway", ts: 1 } });
    if (wake) wake(client);
    else waiting.push(client);
    wake = undefined;
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const scheme = "setSecureContext" in server ? "wss" : "ws";

  return {
    url: `${scheme}://127.0.0.1:${portOf(server)}`,
    connections: sockets.clients,
    get accepted() {
      return accepted;
    },
    next: () => {
      const client = waiting.shift();
      return client
        ? Promise.resolve(client)
        : new Promise((resolve) => {
            wake = resolve;
          });
    },
    close: async () => {
      for (const webSocket of sockets.clients) webSocket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

export const portOf = (server: Server): number => {
  const address: AddressInfo | string | null = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the server does not listen");
  return address.port;
};
