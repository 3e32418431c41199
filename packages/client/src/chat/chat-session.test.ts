import { fault } from "@skykoi/fault";
import type { EventFrame, HelloOk, MethodName } from "@skykoi/protocol/wire";
import { describe, expect, it, vi } from "vitest";

import type { ConnectionState, GatewayClient } from "../gateway-client.ts";
import { createChatSession, type ChatSession } from "./chat-session.ts";
import type { HistoryPage } from "./history.ts";
import type { ChatState } from "./state.ts";

const page = (facts: Partial<HistoryPage> = {}): HistoryPage => ({
  sessionKey: "agent:main:main",
  sessionId: "ses_1",
  messages: [],
  hasMore: false,
  totalMessages: 0,
  pendingInputs: [],
  cursor: "1:0",
  ...facts,
});

const message = (id: string) => ({
  id,
  timestamp: 1,
  runId: id,
  role: "user" as const,
  content: [{ type: "text" as const, text: id }],
});

const hello: HelloOk = {
  type: "hello-ok",
  protocol: 4,
  server: { version: "0.1.0", connId: "c" },
  features: { methods: [], events: [] },
  snapshot: {
    presence: [],
    health: {
      ok: true,
      status: "ok",
      reasons: [],
      ts: 0,
      uptimeMs: 0,
      version: "0.1.0",
      model: { primary: "offline/demo", demo: true },
      activeRuns: 0,
      queuedInputs: 0,
    },
    stateVersion: { presence: 0, health: 0 },
    uptimeMs: 0,
    sessionDefaults: { defaultAgentId: "main", mainKey: "main", mainSessionKey: "agent:main:main" },
  },
  auth: { role: "operator", scopes: ["operator.admin"] },
  policy: { maxPayload: 1, maxBufferedBytes: 1, tickIntervalMs: 1 },
  cursor: "1:0",
};

interface Call {
  readonly method: MethodName;
  readonly params: unknown;
  readonly answer: (value: unknown) => void;
  readonly refuse: (reason: unknown) => void;
}

/** A gateway client whose answers the test gives by hand. */
const scripted = () => {
  const calls: Call[] = [];
  const onEvent = new Set<(event: EventFrame) => void>();
  const onState = new Set<(state: ConnectionState) => void>();
  const client: Pick<GatewayClient, "request" | "on" | "onState" | "close"> = {
    request: (method, params) =>
      new Promise((resolve, reject) => {
        // What a test answers is what the method answers.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        calls.push({ method, params, answer: resolve as (value: unknown) => void, refuse: reject });
      }),
    on: (listener) => {
      onEvent.add(listener);
      return () => void onEvent.delete(listener);
    },
    onState: (listener) => {
      onState.add(listener);
      return () => void onState.delete(listener);
    },
    close: () => undefined,
  };
  return {
    client,
    calls,
    of: (method: MethodName) => calls.filter((call) => call.method === method),
    open: () => onState.forEach((listener) => listener({ kind: "open", hello })),
    event: (event: EventFrame) => onEvent.forEach((listener) => listener(event)),
  };
};

const opened = () => {
  const gateway = scripted();
  const flushes: (() => void)[] = [];
  let keys = 0;
  const session = createChatSession({
    client: gateway.client,
    newKey: () => `key-${++keys}`,
    now: () => 1,
    soon: (flush) => flushes.push(flush),
    retryDelayMs: 1,
  });
  gateway.open();
  return { gateway, session, flushes };
};

const settled = (session: ChatSession, when: (state: ChatState) => boolean) =>
  vi.waitFor(() => expect(when(session.state)).toBe(true));

const loaded = async () => {
  const all = opened();
  all.gateway.of("chat.history")[0]?.answer(page({ messages: [message("m2")], hasMore: true }));
  await settled(all.session, ({ sessionKey }) => sessionKey !== undefined);
  return all;
};

const status = (runId: string, seq: number): EventFrame => ({
  type: "event",
  event: "chat",
  cursor: `1:${seq}`,
  payload: { runId, sessionKey: "agent:main:main", agentId: "main", seq, state: "status", phase: "started" },
});

describe("a conversation in the browser", () => {
  it("knows the agent's own model from the connection", () => {
    const { session } = opened();
    expect(session.model).toEqual({ ref: "offline/demo", demo: true });
  });

  it("reads the newest history once it is connected, and again when that failed", async () => {
    const { gateway, session } = opened();
    gateway.of("chat.history")[0]?.refuse(fault("AGENT_UNREACHABLE"));
    await vi.waitFor(() => expect(gateway.of("chat.history")).toHaveLength(2));
    gateway.of("chat.history")[1]?.answer(page({ messages: [message("m1")] }));
    await settled(session, ({ messages }) => messages.length === 1);
  });

  it("sends a message again with the same key when the connection broke, so that it runs once", async () => {
    const { gateway, session } = await loaded();
    session.send("list files");
    gateway.of("chat.send")[0]?.refuse(fault("AGENT_UNREACHABLE"));
    await vi.waitFor(() => expect(gateway.of("chat.send")).toHaveLength(2));
    expect(gateway.of("chat.send").map(({ params }) => params)).toEqual(
      Array.from({ length: 2 }, () => ({ sessionKey: "main", message: "list files", idempotencyKey: "key-1" })),
    );
    gateway.of("chat.send")[1]?.answer({ runId: "key-1", status: "started" });
    await settled(session, ({ sends }) => sends[0]?.state === "accepted");
  });

  it("says why a message was refused, and sends the same again when asked to", async () => {
    const { gateway, session } = await loaded();
    session.send("one too many");
    gateway.of("chat.send")[0]?.refuse(fault("QUEUE_FULL"));
    await settled(session, ({ sends }) => sends[0]?.state === "failed");
    expect(session.state.sends[0]?.error).toBe("Too many messages are waiting in this session.");
    session.sendAgain("key-1");
    expect(session.state.sends).toMatchObject([{ key: "key-1", state: "sending" }]);
    expect(gateway.of("chat.send")).toHaveLength(2);
  });

  it("makes one change of the page of many events that arrive together", async () => {
    const { gateway, session, flushes } = await loaded();
    const changes = vi.fn<() => void>();
    session.subscribe(changes);
    for (const seq of [1, 2, 3]) gateway.event(status(`run-${seq}`, seq));
    expect([flushes.length, changes.mock.calls.length]).toEqual([1, 0]);
    flushes[0]?.();
    expect(changes).toHaveBeenCalledTimes(1);
    expect(session.state.runs).toHaveLength(3);
  });

  it("loads older messages once at a time, before the oldest it knows", async () => {
    const { gateway, session } = await loaded();
    session.loadOlder();
    session.loadOlder();
    const [, older, ...more] = gateway.of("chat.history");
    expect(older?.params).toMatchObject({ before: "m2" });
    expect(more).toEqual([]);
    older?.answer(page({ messages: [message("m1")] }));
    await settled(session, ({ messages }) => messages.map(({ id }) => id).join() === "m1,m2");
  });

  it("stops only the run that works now", async () => {
    const { gateway, session, flushes } = await loaded();
    session.stop();
    expect(gateway.of("chat.abort")).toEqual([]);
    gateway.event(status("run-1", 1));
    flushes[0]?.();
    session.stop();
    expect(gateway.of("chat.abort")[0]?.params).toEqual({ sessionKey: "main", runId: "run-1" });
  });
});
