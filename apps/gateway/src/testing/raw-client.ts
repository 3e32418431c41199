/** A client that shows a test every frame, and fails the test for a frame that breaks the protocol. */

import type { ChatEvent, ConnectChallenge, HelloOk, MethodName, MethodParams, MethodResult } from "@skykoi/protocol";
import { WebSocket } from "ws";

import {
  conformingFrame,
  conformingHello,
  conformingResult,
  type ReceivedEvent,
  type ReceivedResponse,
} from "./conformance.ts";

interface Closed {
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
  /** The first response with this id; fails after a limit. */
  response(id: string): Promise<ReceivedResponse>;
  /** All responses with this id so far: a method may answer twice. */
  answers(id: string): readonly ReceivedResponse[];
  request<N extends MethodName>(method: N, params: MethodParams<N>): Promise<MethodResult<N>>;
  /** The responses received since the last call. */
  takeResponses(): ReceivedResponse[];
  /** Resolves when everything sent before has been answered or dropped; never when the connection is closed. */
  barrier(): Promise<void>;
  /** As `request`, for answers that are errors and methods that do not exist. */
  ask(method: string, params?: unknown): Promise<ReceivedResponse>;
  /** The first result of `look` over what was received that is not undefined; fails after the limit. */
  until<T>(what: string, look: () => T | undefined, limitMs?: number): Promise<T>;
  challenge(): Promise<ConnectChallenge>;
  connect(params?: object): Promise<HelloOk>;
  /** The `chat` events of a run so far. */
  chat(runId: string): ChatEvent[];
  /** The last `chat` event of a run: final, aborted or error. */
  ended(runId: string): Promise<ChatEvent>;
  /** Sends a message to the main session (or another) and waits for the end of its run. */
  converse(runId: string, message: string, sessionKey?: string): Promise<ChatEvent>;
  close(): Promise<Closed>;
}

const LIMIT_MS = 10_000;

export const connectParams = (token: string, more: object = {}): object => ({
  minProtocol: 3,
  maxProtocol: 4,
  client: { id: "test", version: "1", platform: "linux", mode: "test" },
  auth: { token },
  ...more,
});

export const openRawClient = (url: string, token: string, headers: Record<string, string> = {}): RawClient => {
  const socket = new WebSocket(url, { headers });
  const { until, notify, fail } = createWaiting(() => socket.readyState === WebSocket.CLOSED);
  const events: ReceivedEvent[] = [];
  const responses = new Map<string, ReceivedResponse[]>();
  const unread: ReceivedResponse[] = [];
  let bytes = 0;
  let lastId = 0;

  socket.on("message", (data: Buffer) => {
    bytes += data.length;
    try {
      const received = conformingFrame(data.toString("utf8"));
      if (received.type === "event") events.push(received.event);
      else {
        const { id } = received.response;
        responses.set(id, [...(responses.get(id) ?? []), received.response]);
        unread.push(received.response);
      }
    } catch (thrown) {
      fail(thrown);
    }
    notify();
  });
  socket.on("error", notify);
  const closed = new Promise<Closed>((resolve) => {
    socket.once("close", (code, reason) => {
      resolve({ code, reason: reason.toString() });
      notify();
    });
  });

  const client: RawClient = {
    socket,
    events,
    closed,
    until,
    receivedBytes: () => bytes,
    sendText: (text) => socket.send(text),
    response: (id) => until(`response ${id}`, () => responses.get(id)?.[0]),
    answers: (id) => responses.get(id) ?? [],
    takeResponses: () => {
      responses.clear();
      return unread.splice(0);
    },
    barrier: async () => {
      await new Promise<void>((resolve) => {
        socket.once("pong", () => resolve());
        socket.ping();
      });
    },
    ask: (method, params) => {
      const id = String(++lastId);
      socket.send(JSON.stringify({ type: "req", id, method, ...(params !== undefined && { params }) }));
      return client.response(id);
    },
    request: async (method, params) => conformingResult(method, payloadOf(await client.ask(method, params))),
    challenge: () => until("challenge", () => challengeIn(events)),
    connect: async (params) => {
      await client.challenge();
      return conformingHello(payloadOf(await client.ask("connect", connectParams(token, params))));
    },
    chat: (runId) => chatOf(events, runId),
    ended: (runId) => until(`end of ${runId}`, () => chatOf(events, runId).find(({ state }) => ENDS.has(state))),
    converse: async (runId, message, sessionKey = "main") => {
      await client.request("chat.send", { sessionKey, message, idempotencyKey: runId });
      return client.ended(runId);
    },
    close: () => {
      socket.close();
      return closed;
    },
  };
  return client;
};

const ENDS = new Set<ChatEvent["state"]>(["final", "aborted", "error"]);

const chatOf = (events: readonly ReceivedEvent[], runId: string): ChatEvent[] =>
  events.flatMap(({ event, payload }) => (event === "chat" && payload.runId === runId ? [payload] : []));

const challengeIn = (events: readonly ReceivedEvent[]): ConnectChallenge | undefined => {
  for (const { event, payload } of events) if (event === "connect.challenge") return payload;
  return undefined;
};

const payloadOf = (response: ReceivedResponse): unknown => {
  if (response.ok) return response.payload;
  throw new Error(`${response.error.code}: ${response.error.message}`);
};

/** Waits for what frames bring, looking again after each. */
const createWaiting = (isClosed: () => boolean) => {
  const checks = new Set<() => void>();
  let broken: unknown;

  const until = <T>(what: string, look: () => T | undefined, limitMs = LIMIT_MS): Promise<T> =>
    new Promise((resolve, reject) => {
      const finish = (act: () => void): void => {
        checks.delete(check);
        clearTimeout(timer);
        act();
      };
      const check = (): void => {
        const found = look();
        if (broken !== undefined) finish(() => reject(broken));
        else if (found !== undefined) finish(() => resolve(found));
        else if (isClosed()) finish(() => reject(new Error(`closed before ${what}`)));
      };
      const timer = setTimeout(() => finish(() => reject(new Error(`no ${what} within ${limitMs} ms`))), limitMs);
      checks.add(check);
      check();
    });

  return {
    until,
    notify: (): void => {
      for (const check of checks) check();
    },
    fail: (thrown: unknown): void => {
      broken ??= thrown;
    },
  };
};
