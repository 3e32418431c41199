import { fault } from "@skykoi/fault";
import { describe, expect, it } from "vitest";

import { simulateSession, type ScriptedRun } from "../testing/simulated-session.ts";
import type { HistoryPage } from "./history.ts";
import { activeRun, chatItems } from "./items.ts";
import { chatReducer, type ChatAction } from "./reducer.ts";
import { initialChat, type ChatState } from "./state.ts";

const answer = { thinking: "", pieces: ["Hel", "lo"], tools: [] };
const run = (text: string, facts: Partial<ScriptedRun> = {}): ScriptedRun => ({
  text,
  early: false,
  messages: [answer],
  end: "completed",
  ...facts,
});

const session = simulateSession([run("hi")]);
const empty: HistoryPage = session.pageAfter(0);
const told: ChatAction[] = session.moments.flatMap((moment) =>
  moment.kind === "sent" ? [{ type: "event", event: moment.event }] : [],
);
const fold = (...actions: ChatAction[]): ChatState =>
  [{ type: "history-loaded", page: empty } satisfies ChatAction, ...actions].reduce<ChatState>(
    chatReducer,
    initialChat,
  );
const users = (state: ChatState) =>
  chatItems(state).flatMap((item) => (item.kind === "user" ? [`${item.text}: ${item.state}`] : []));

const sentEvent = (name: string, payload: object, position: number): ChatAction => ({
  type: "event",
  event: { type: "event", event: name, payload, cursor: `e1:${position}` },
});

const SEND: ChatAction = { type: "send", key: "r0", text: "hi", at: 5 };

describe("a local message", () => {
  it("is shown at once, and once, from sending to the answer, under one key", () => {
    const steps: ChatAction[] = [SEND, { type: "send-accepted", key: "r0" }, ...told];
    const seen = steps.map((_, index) => chatItems(fold(...steps.slice(0, index + 1))));
    expect(seen.map((items) => items.filter(({ kind }) => kind === "user").map(({ key }) => key))).toEqual(
      steps.map(() => ["user:r0"]),
    );
    expect(users(fold(SEND))).toEqual(["hi: sending"]);
    expect(users(fold(...steps))).toEqual(["hi: sent"]);
  });

  it("stays above its answer when its own event was missed", () => {
    const kinds = chatItems(fold(SEND, ...told.slice(1))).map(({ kind }) => kind);
    expect(kinds).toEqual(["user", "text"]);
  });

  it("that failed says why, and can be sent again or thrown away", () => {
    const failed = fold(SEND, { type: "send-failed", key: "r0", message: "20 wait", retryable: true });
    expect(chatItems(failed)).toMatchObject([{ kind: "user", state: "failed", error: "20 wait", retryable: true }]);
    expect(users(chatReducer(failed, SEND))).toEqual(["hi: sending"]);
    expect(users(chatReducer(failed, { type: "send-discarded", key: "r0" }))).toEqual([]);
  });

  it("that arrived although its answer was lost is not shown as failed", () => {
    const state = fold(SEND, ...told.slice(0, 1), { type: "send-failed", key: "r0", message: "lost", retryable: true });
    expect(users(state)).toEqual(["hi: queued"]);
  });

  it("waits visibly while another run works", () => {
    const busy = simulateSession([run("one"), run("two", { early: true })]);
    const cut = busy.moments.findIndex((moment) => moment.kind === "finished");
    const page = busy.pageAfter(cut);
    const state = chatReducer(initialChat, { type: "history-loaded", page });
    expect(users(state)).toEqual(["one: sent", "two: queued"]);
    expect(activeRun(state)?.runId).toBe("r0");
  });
});

describe("a run", () => {
  it("streams its text and is active until it ends", () => {
    const half = fold(...told.slice(0, 4));
    expect(chatItems(half).at(-1)).toMatchObject({ kind: "text", text: "Hel", streaming: true });
    expect(activeRun(half)?.runId).toBe("r0");
    const whole = fold(...told);
    expect(chatItems(whole).at(-1)).toMatchObject({ kind: "text", text: "Hello", streaming: false });
    expect(activeRun(whole)).toBeUndefined();
  });

  it("ignores events of other sessions", () => {
    const event = {
      type: "event" as const,
      event: "chat",
      payload: { sessionKey: "agent:main:other", runId: "x", seq: 1 },
    };
    expect(chatItems(fold({ type: "event", event }))).toEqual([]);
  });

  it("shows each piece of a tool's output once: an update takes the place of the one before", () => {
    const tools = [{ updates: ["one\n", "one\ntwo\n"], result: "one\ntwo\n[exit code 0]", isError: false }];
    const worked = simulateSession([run("go", { messages: [{ ...answer, tools }, answer] })]);
    const actions = worked.moments.flatMap((moment): ChatAction[] =>
      moment.kind === "sent" ? [{ type: "event", event: moment.event }] : [],
    );
    const shown = actions.flatMap((_, index) => {
      const tool = chatItems(fold(...actions.slice(0, index + 1))).find(({ kind }) => kind === "tool");
      return tool?.kind === "tool" ? [tool.output] : [];
    });
    expect([...new Set(shown)]).toEqual(["", "one\n", "one\ntwo\n", "one\ntwo\n[exit code 0]"]);
  });

  it("shows a tool that was cut off as interrupted, not as running for ever", () => {
    const tools = [{ updates: [], result: "x", isError: false }];
    const cutOff = simulateSession([run("go", { messages: [{ ...answer, tools }, answer] })]);
    const page = cutOff.pageAfter(
      cutOff.moments.findIndex(
        (m) => m.kind === "sent" && m.event.event === "agent" && JSON.stringify(m.event.payload).includes('"tool"'),
      ),
    );
    const { activeRunId: _gone, ...interrupted } = page;
    const state = chatReducer(initialChat, { type: "history-loaded", page: interrupted });
    expect(chatItems(state).find(({ kind }) => kind === "tool")).toMatchObject({ state: "interrupted" });
    const going = chatReducer(initialChat, { type: "history-loaded", page });
    expect(chatItems(going).find(({ kind }) => kind === "tool")).toMatchObject({ state: "running" });
  });
});

describe("a run that was stopped before it answered", () => {
  const silent = simulateSession([run("hi", { messages: [{ ...answer, pieces: [] }], end: "aborted" })]);
  const stopped = { kind: "notice", key: "r0:end", notice: "aborted", text: "Stopped." };

  it("says so, live and after a reload, under one key", () => {
    const live = silent.moments.flatMap((moment): ChatAction[] =>
      moment.kind === "sent" ? [{ type: "event", event: moment.event }] : [],
    );
    expect(chatItems(fold(...live)).at(-1)).toMatchObject(stopped);
    const page = silent.pageAfter(silent.moments.length);
    expect(chatItems(chatReducer(initialChat, { type: "history-loaded", page })).at(-1)).toMatchObject(stopped);
  });

  it("is not confused with one that still waits, works or has answered", () => {
    for (const state of [fold(SEND), fold(...told.slice(0, 2)), fold(...told)]) {
      expect(chatItems(state).filter(({ kind }) => kind === "notice")).toEqual([]);
    }
    const page = session.pageAfter(session.moments.length);
    const settled = chatReducer(initialChat, { type: "history-loaded", page });
    expect(chatItems(settled).map(({ kind }) => kind)).toEqual(["user", "text"]);
  });
});

describe("paging", () => {
  const long = simulateSession(["a", "b", "c", "d"].map((text) => run(text)));
  const full = long.pageAfter(long.moments.length);
  const newest: HistoryPage = { ...full, messages: full.messages.slice(4), hasMore: true };

  it("puts older messages above and knows when there are no more", () => {
    const start = chatReducer(initialChat, { type: "history-loaded", page: newest });
    expect([users(start), start.hasMore]).toEqual([["c: sent", "d: sent"], true]);
    const all = chatReducer(start, { type: "older-loaded", page: { ...full, messages: full.messages.slice(0, 5) } });
    expect([users(all), all.hasMore]).toEqual([["a: sent", "b: sent", "c: sent", "d: sent"], false]);
  });

  it("keeps the older pages when the newest one is loaded again", () => {
    const loaded: ChatAction[] = [
      { type: "history-loaded", page: newest },
      { type: "older-loaded", page: { ...full, messages: full.messages.slice(2, 4), hasMore: true } },
      { type: "history-loaded", page: newest },
    ];
    const state = loaded.reduce<ChatState>(chatReducer, initialChat);
    expect([users(state), state.hasMore]).toEqual([["b: sent", "c: sent", "d: sent"], true]);
  });

  it("starts anew when the newest page does not reach what is shown", () => {
    const older = { ...full, messages: full.messages.slice(0, 2), cursor: "e1:1" };
    const state = [older, newest].reduce<ChatState>(
      (s, page) => chatReducer(s, { type: "history-loaded", page }),
      initialChat,
    );
    expect([users(state), state.hasMore]).toEqual([["c: sent", "d: sent"], true]);
  });

  it("that failed is told, and the chat stays", () => {
    const state = fold(...told, { type: "history-requested" }, { type: "history-failed", message: "no" });
    expect([state.load.error, users(state)]).toEqual(["no", ["hi: sent"]]);
  });
});

describe("the connection", () => {
  it("is told in words a view can show", () => {
    const waiting = fold({
      type: "connection",
      state: { kind: "waiting", retryAtMs: 9, fault: fault("AGENT_UNREACHABLE", { message: "gone" }) },
    });
    expect(waiting.connection).toEqual({ kind: "waiting", retryAtMs: 9, reason: "gone" });
    expect(fold({ type: "connection", state: { kind: "closed" } }).connection).toEqual({ kind: "closed" });
  });
});

describe("a message that joins the run under way", () => {
  const sessionKey = "agent:main:main";
  const b = { runId: "b", sessionKey, agentId: "main" };
  const message = { id: "u", timestamp: 1, runId: "b", role: "user", content: [{ type: "text", text: "hurry" }] };
  const tail = [
    sentEvent("session.message", { ...b, message }, 101),
    sentEvent("chat", { ...b, seq: 1, state: "status", phase: "queued" }, 102),
    sentEvent("chat", { ...b, seq: 2, state: "status", phase: "joined", answeredBy: "r0" }, 103),
    sentEvent("chat", { runId: "r0", sessionKey, agentId: "main", seq: 4, state: "delta", deltaText: " more" }, 104),
  ];
  const upToFirstText = told.slice(0, 4);
  const end = sentEvent("chat", { ...b, seq: 3, state: "aborted", answeredBy: "r0" }, 105);

  it("is shown where the run stood, once, and its own end adds nothing", () => {
    const state = fold(...upToFirstText, ...tail, ...tail, end);
    expect(chatItems(state).map((item) => ("text" in item ? item.text : item.kind))).toEqual([
      "hi",
      "Hel",
      "hurry",
      " more",
    ]);
    expect(state.stale).toBe(false);
  });

  it("takes the place of the one that waits here to be confirmed", () => {
    const state = fold(...upToFirstText, { type: "send", key: "b", text: "hurry", at: 5 }, ...tail.slice(1), end);
    expect(users(state)).toEqual(["hi: sent", "hurry: sent"]);
  });

  it("whose run is not known here is looked up in the history", () => {
    expect(fold(...tail).stale).toBe(true);
  });

  it("reads the same from the history", () => {
    const page: HistoryPage = session.pageAfter(session.moments.length);
    const [first, ...rest] = page.messages;
    const joined = {
      ...message,
      role: "user" as const,
      content: [{ type: "text" as const, text: "hurry" }],
      answeredBy: "r0",
    };
    const messages = first ? [first, joined, ...rest] : [];
    const state = chatReducer(initialChat, { type: "history-loaded", page: { ...page, messages } });
    expect(chatItems(state).map(({ kind }) => kind)).toEqual(["user", "user", "text"]);
  });
});
