/** A WebSocket server that speaks the handshake and otherwise does what a test tells it. */

import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";

import type { ConnectParams, EventFrame, FrameError, HelloOk, RequestFrame } from "@skykoi/protocol/wire";
import { WebSocketServer, type WebSocket } from "ws";

interface ScriptedPeer {
  readonly params: ConnectParams;
  readonly socket: WebSocket;
  answer(id: string, payload: unknown): void;
  refuse(id: string, error: FrameError): void;
  event(event: EventFrame | { readonly event: string; readonly cursor?: string; readonly payload?: unknown }): void;
}

export interface ScriptedGatewayOptions {
  /** Refuses a connect, or changes the hello. `attempt` counts from 1. */
  readonly greet?: (params: ConnectParams, attempt: number) => { refuse: FrameError } | Partial<HelloOk>;
  /** Right behind the hello, in the same turn of the event loop. */
  readonly afterHello?: (peer: ScriptedPeer, attempt: number) => void;
  readonly onRequest?: (request: RequestFrame, peer: ScriptedPeer) => void;
  /** Never sends the challenge. */
  readonly mute?: boolean;
  readonly tls?: { readonly key: string; readonly cert: string };
}

export interface ScriptedGateway {
  readonly url: string;
  readonly port: number;
  /** The connects that arrived, also refused ones. */
  readonly connects: ConnectParams[];
  readonly peers: ScriptedPeer[];
  /** Requests that arrived on the HTTP layer. */
  readonly upgrades: () => number;
  close(): Promise<void>;
}

export const startScriptedGateway = async (options: ScriptedGatewayOptions = {}): Promise<ScriptedGateway> => {
  const http = options.tls ? createHttpsServer(options.tls) : createHttpServer();
  const server = new WebSocketServer({ server: http });
  const connects: ConnectParams[] = [];
  const peers: ScriptedPeer[] = [];
  let upgrades = 0;
  http.on("upgrade", () => upgrades++);

  server.on("connection", (socket) => {
    const send = (frame: object): void => socket.send(JSON.stringify(frame));
    let peer: ScriptedPeer | undefined;
    const greet = (frame: RequestFrame): void => {
      const params = connectParams(frame);
      const attempt = connects.push(params);
      const greeting = options.greet?.(params, attempt) ?? {};
      if ("refuse" in greeting) {
        send({ type: "res", id: frame.id, ok: false, error: greeting.refuse });
        socket.close(1008);
        return;
      }
      peer = {
        params,
        socket,
        answer: (id, payload) => send({ type: "res", id, ok: true, payload }),
        refuse: (id, error) => send({ type: "res", id, ok: false, error }),
        event: (event) => send({ type: "event", ...event }),
      };
      peers.push(peer);
      peer.answer(frame.id, { ...hello(), ...greeting });
      options.afterHello?.(peer, attempt);
    };
    socket.on("message", (data: Buffer) => {
      const frame: RequestFrame = JSON.parse(data.toString("utf8"));
      if (peer) options.onRequest?.(frame, peer);
      else greet(frame);
    });
    if (!options.mute) send({ type: "event", event: "connect.challenge", payload: { nonce: "n", ts: 0 } });
  });

  const port = await new Promise<number>((resolve) => {
    http.listen(0, "127.0.0.1", () => resolve(portOf(http.address())));
  });
  return {
    url: `${options.tls ? "wss" : "ws"}://127.0.0.1:${port}`,
    port,
    connects,
    peers,
    upgrades: () => upgrades,
    close: () =>
      new Promise((resolve) => {
        for (const client of server.clients) client.terminate();
        server.close();
        http.closeAllConnections();
        http.close(() => resolve());
      }),
  };
};

const portOf = (address: AddressInfo | string | null): number =>
  typeof address === "object" && address ? address.port : 0;

const connectParams = (frame: RequestFrame): ConnectParams => {
  // The client under test sends what its types promise.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return frame.params as ConnectParams;
};

export const hello = (): HelloOk => ({
  type: "hello-ok",
  protocol: 4,
  server: { version: "0.0.0", connId: "c1" },
  features: { methods: [], events: [] },
  snapshot: {
    presence: [],
    health: {
      ok: true,
      status: "ok",
      reasons: [],
      ts: 0,
      uptimeMs: 0,
      version: "0.0.0",
      model: { primary: "offline/demo", demo: true },
      activeRuns: 0,
      queuedInputs: 0,
    },
    stateVersion: { presence: 0, health: 0 },
    uptimeMs: 0,
    sessionDefaults: { defaultAgentId: "main", mainKey: "main", mainSessionKey: "agent:main:main" },
  },
  auth: { role: "operator", scopes: ["operator.read"] },
  policy: { maxPayload: 1_000_000, maxBufferedBytes: 1_000_000, tickIntervalMs: 30_000 },
  cursor: "e1:0",
});
