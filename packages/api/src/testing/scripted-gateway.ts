/** A gateway at the other end of the socket port that does what a test tells it; no network, no agent. */

import type { Socket, SocketHandlers } from "@skykoi/client";
import type { RequestFrame } from "@skykoi/protocol/wire";

export interface ScriptedGateway {
  readonly open: () => Socket;
  /** The parameters of every request so far, by method, over all connections. */
  received(method: string): unknown[];
  /** To every open connection; durable, with the next cursor. */
  emit(event: string, payload: unknown): void;
  /** Cuts every connection. */
  cut(): void;
  readonly connections: number;
  /** Sockets opened in all. */
  readonly dialled: number;
  /** Set to decide about `connect`: what it answers instead of hello. */
  refuseWith?: { code: string; message: string };
  /** After a restart cursors of before are unknown. */
  forgetCursors: boolean;
  /** Answers a method other than `connect`; throws to refuse. */
  answer: (method: string, params: unknown) => unknown;
}

export const createScriptedGateway = (answer: ScriptedGateway["answer"]): ScriptedGateway => {
  const open = new Set<SocketHandlers>();
  const log: { method: string; params: unknown }[] = [];
  let cursor = 0;
  let dialled = 0;

  const gateway: ScriptedGateway = {
    answer,
    forgetCursors: false,
    get connections() {
      return open.size;
    },
    get dialled() {
      return dialled;
    },
    received: (method) => log.filter((entry) => entry.method === method).map(({ params }) => params),
    emit: (event, payload) => {
      cursor += 1;
      for (const client of open) send(client, { type: "event", event, payload, cursor: `1:${cursor}` });
    },
    cut: () => {
      for (const client of open) client.close(1006, "cut");
      open.clear();
    },
    open: () => {
      dialled += 1;
      let handlers: SocketHandlers | undefined;
      return {
        listen: (given) => {
          handlers = given;
          open.add(given);
          queueMicrotask(() => send(given, challenge));
        },
        send: (text) => {
          const frame: RequestFrame = JSON.parse(text);
          log.push({ method: frame.method, params: frame.params });
          const client = handlers;
          if (client) queueMicrotask(() => send(client, responseTo(gateway, frame, cursor)));
        },
        close: (code, reason) => {
          if (!handlers || !open.delete(handlers)) return;
          handlers.close(code, reason);
        },
      };
    },
  };
  return gateway;
};

const challenge = { type: "event", event: "connect.challenge", payload: { nonce: "n", ts: 0 } };

const send = (client: SocketHandlers, frame: object): void => client.message(JSON.stringify(frame));

const responseTo = (gateway: ScriptedGateway, frame: RequestFrame, cursor: number): object => {
  const { id, method } = frame;
  const refusal = method === "connect" ? gateway.refuseWith : undefined;
  if (refusal) return { type: "res", id, ok: false, error: refusal };
  try {
    const payload = method === "connect" ? hello(gateway, cursor) : gateway.answer(method, frame.params);
    return { type: "res", id, ok: true, payload };
  } catch (error) {
    return { type: "res", id, ok: false, error: { code: "INVALID_REQUEST", message: String(error) } };
  }
};

const hello = ({ forgetCursors }: ScriptedGateway, cursor: number) => ({
  type: "hello-ok",
  protocol: 4,
  server: { version: "1.2.3", connId: "c" },
  features: { methods: [], events: [] },
  snapshot: {},
  auth: { role: "operator", scopes: ["operator.write"] },
  policy: { maxPayload: 1_000_000, maxBufferedBytes: 1_000_000, tickIntervalMs: 30_000 },
  cursor: `${forgetCursors ? 2 : 1}:${cursor}`,
  ...(forgetCursors ? { cursorExpired: true } : {}),
});
