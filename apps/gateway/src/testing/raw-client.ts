/** A client that shows a test every frame, and fails the test for a frame that breaks the protocol. */

import type { HelloOk, MethodName, MethodParams, MethodResult } from "@skykoi/protocol";
import { WebSocket } from "ws";

import { conformingFrame, type ReceivedEvent, type ReceivedResponse } from "./conformance.ts";

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

export interface RawClient {
  readonly socket: WebSocket;
  /** All events so far, in order. */
  readonly events: ReceivedEvent[];
  readonly closed: Promise<Closed>;
  /** Bytes received so far. */
  receivedBytes(): number;
  sendText(text: string): void;
  /** The response with this id; fails after the limit. */
  response(id: string): Promise<ReceivedResponse>;
  request<N extends MethodName>(method: N, params: MethodParams<N>): Promise<MethodResult<N>>;
  /** As `request`, for answers that are errors or not of the registry. */
  ask(method: string, params?: unknown): Promise<ReceivedResponse>;
  /** The first event, also one already received, for which the condition holds. */
  event(condition: (event: ReceivedEvent) => boolean, limitMs?: number): Promise<ReceivedEvent>;
  challenge(): Promise<{ nonce: string; ts: number }>;
  connect(params?: object): Promise<HelloOk>;
  close(): Promise<Closed>;
}

export interface RawClientOptions {
  readonly headers?: Record<string, string>;
  /** Extends or replaces the parameters of `connect`. */
  readonly connect?: object;
}

const LIMIT_MS = 10_000;

export const connectParams = (token: string, more: object = {}): object => ({
  minProtocol: 3,
  maxProtocol: 4,
  client: { id: "test", version: "1", platform: "linux", mode: "test" },
  auth: { token },
  ...more,
});

export const openRawClient = (url: string, token: string, options: RawClientOptions = {}): RawClient => {
  const socket = new WebSocket(url, { headers: options.headers ?? {} });
  const events: ReceivedEvent[] = [];
  const responses = new Map<string, ReceivedResponse>();
  const methods = new Map<string, string>();
  const checks = new Set<() => void>();
  let broken: Error | undefined;
  let bytes = 0;
  let lastId = 0;

  const settle = (): void => {
    for (const check of checks) check();
  };
  socket.on("message", (data) => {
    const text = String(data);
    bytes += Buffer.byteLength(text);
    try {
      const received = conformingFrame(text, (id) => methods.get(id));
      if (received.type === "event") events.push(received);
      else responses.set(received.id, received);
    } catch (thrown) {
      broken = thrown instanceof Error ? thrown : new Error(String(thrown));
    }
    settle();
  });
  socket.on("error", settle);
  const closed = new Promise<Closed>((resolve) => {
    socket.once("close", (code, reason) => {
      resolve({ code, reason: reason.toString() });
      settle();
    });
  });

  const until = <T>(what: string, look: () => T | undefined, limitMs = LIMIT_MS): Promise<T> =>
    new Promise((resolve, reject) => {
      const finish = (act: () => void): void => {
        checks.delete(check);
        clearTimeout(timer);
        act();
      };
      const check = (): void => {
        const found = look();
        if (broken) finish(() => reject(broken));
        else if (found !== undefined) finish(() => resolve(found));
        else if (socket.readyState === WebSocket.CLOSED) finish(() => reject(new Error(`closed before ${what}`)));
      };
      const timer = setTimeout(() => finish(() => reject(new Error(`no ${what} within ${limitMs} ms`))), limitMs);
      checks.add(check);
      check();
    });

  const client: RawClient = {
    socket,
    events,
    closed,
    receivedBytes: () => bytes,
    sendText: (text) => socket.send(text),
    response: (id) => until(`response ${id}`, () => responses.get(id)),
    ask: (method, params) => {
      const id = String(++lastId);
      methods.set(id, method);
      socket.send(JSON.stringify({ type: "req", id, method, ...(params !== undefined && { params }) }));
      return client.response(id);
    },
    request: async (method, params) => {
      const answer = await client.ask(method, params);
      if (!answer.ok) throw new Error(`${answer.error.code}: ${answer.error.message}`);
      // Held against the method's result schema when it arrived.
      return answer.payload as MethodResult<typeof method>;
    },
    event: (condition, limitMs) => until("event", () => events.find(condition), limitMs),
    challenge: async () => {
      const { payload } = await client.event(({ event }) => event === "connect.challenge");
      return payload as { nonce: string; ts: number };
    },
    connect: async (params) => {
      await client.challenge();
      const answer = await client.ask("connect", connectParams(token, { ...options.connect, ...params }));
      if (!answer.ok) throw new Error(`${answer.error.code}: ${answer.error.message}`);
      return answer.payload as HelloOk;
    },
    close: () => {
      socket.close();
      return closed;
    },
  };
  return client;
};
