import type { AssistantMessage } from "@skykoi/protocol/wire";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { cannedAnswer } from "../testing/canned-answers.ts";
import { readEvents, type EventReader } from "../testing/event-stream.ts";
import { openPlatform, problemIn, type Person, type Platform } from "../testing/platform.ts";
import { createScriptedGateway, type ScriptedGateway } from "../testing/scripted-gateway.ts";

let platform: Platform;
let person: Person;
let gateway: ScriptedGateway;
/** Each test has a gateway, and an agent, of its own. */
let agentId: string;

beforeAll(async () => {
  platform = await openPlatform({ openGateway: () => gateway.open() });
  person = await platform.signUp("Ada");
});
beforeEach(async () => {
  gateway = createScriptedGateway(cannedAnswer);
  agentId = (await platform.agentOf(person)).id;
});
afterAll(async () => await platform.close());

const USAGE = { inputTokens: 10, outputTokens: 5, cacheReadTokens: 0, cacheWriteTokens: 0 };
const answerOf = (runId: string, text: string): AssistantMessage => ({
  id: "msg_1",
  timestamp: 1,
  runId,
  role: "assistant",
  content: [{ type: "text", text }],
  model: "offline/demo",
  stopReason: "stop",
  usage: USAGE,
});

const post = (body: object): Promise<Response> => person.call(`/api/agents/${agentId}/messages`, { body });
const send = async (body: object): Promise<EventReader> => {
  const answer = await post(body);
  expect(answer.status).toBe(200);
  return readEvents(answer);
};

const run = (runId: string) => ({ runId, sessionKey: "agent:main:main", agentId: "main", seq: 1 });
const delta = (runId: string, deltaText: string): void =>
  gateway.emit("chat", { ...run(runId), state: "delta", deltaText });
const tool = (runId: string, data: object): void =>
  gateway.emit("agent", { ...run(runId), ts: 1, stream: "tool", data: { toolCallId: "t1", name: "exec", ...data } });
const final = (runId: string, text: string): void =>
  gateway.emit("chat", {
    ...run(runId),
    state: "final",
    message: answerOf(runId, text),
    stopReason: "stop",
    usage: USAGE,
    costUsd: 0.25,
  });

describe("a message", () => {
  it("is accepted, answered in pieces with its tools, and ends with the whole answer", async () => {
    const events = await send({ text: "run `uname -a`", idempotencyKey: "r1" });
    expect(await events.next()).toMatchObject({ event: "accepted", data: { runId: "r1" } });
    expect(gateway.received("chat.send")).toEqual([
      { sessionKey: "main", message: "run `uname -a`", idempotencyKey: "r1" },
    ]);

    tool("r1", { phase: "start", title: "run `uname -a`", args: { command: "uname -a" } });
    tool("r1", { phase: "update", partialResult: "Lin" });
    tool("r1", { phase: "result", result: "Linux", isError: false, durationMs: 3 });
    delta("r1", "It is ");
    expect(await events.next()).toMatchObject({
      event: "tool",
      data: { phase: "start", toolCallId: "t1", name: "exec", title: "run `uname -a`", args: { command: "uname -a" } },
    });
    expect(await events.next()).toMatchObject({ event: "tool", data: { phase: "update", result: "Lin" } });
    expect(await events.next()).toMatchObject({
      event: "tool",
      data: { phase: "result", result: "Linux", isError: false, durationMs: 3 },
    });
    expect(await events.next()).toMatchObject({ event: "delta", data: { text: "It is " } });
    delta("r1", "Linux.");
    final("r1", "It is Linux.");
    expect(await events.rest()).toEqual([
      { event: "delta", id: undefined, data: { text: "Linux." } },
      {
        event: "final",
        id: undefined,
        data: {
          runId: "r1",
          text: "It is Linux.",
          message: answerOf("r1", "It is Linux."),
          usage: USAGE,
          costUsd: 0.25,
          stopReason: "stop",
        },
      },
    ]);
  });

  it("hears nothing of other runs of the agent", async () => {
    const events = await send({ text: "mine", idempotencyKey: "mine" });
    delta("other", "not for you");
    final("other", "not for you");
    final("mine", "yours");
    expect(JSON.stringify(await events.rest())).not.toContain("not for you");
  });

  it("shows an answer that was faster than the acknowledgement, after it", async () => {
    gateway.answer = (method, params) => {
      if (method === "chat.send") final("fast", "done");
      return cannedAnswer(method, params);
    };
    const events = await (await send({ text: "quick", idempotencyKey: "fast" })).rest();
    expect(events.map(({ event }) => event)).toEqual(["accepted", "final"]);
  });

  it.each([
    ["aborted", { state: "aborted" }, { runId: "r" }],
    [
      "error",
      { state: "error", errorKind: "MODEL_THROTTLED", errorMessage: "Too fast." },
      { code: "MODEL_THROTTLED", message: "Too fast.", retryable: true },
    ],
    [
      "error",
      { state: "error", errorKind: "SOMETHING_NEW", errorMessage: "Hm." },
      { code: "INTERNAL", message: "Hm.", retryable: false },
    ],
  ])("ends with %s when its run does", async (event, payload, data) => {
    const events = await send({ text: "x", idempotencyKey: "r" });
    gateway.emit("chat", { ...run("r"), ...payload });
    expect((await events.rest()).at(-1)).toEqual({ event, id: undefined, data });
  });

  it("gets a run id of its own when the sender names none", async () => {
    const [first, second] = [await send({ text: "a" }), await send({ text: "b" })];
    const ids = [(await first.next()).data, (await second.next()).data];
    expect(new Set(ids.map((data) => JSON.stringify(data))).size).toBe(2);
    await Promise.all([first.cancel(), second.cancel()]);
  });

  it("sent twice with one key gets the answer that was given, from the transcript", async () => {
    gateway.answer = (method) =>
      method === "chat.send"
        ? { runId: "again", status: "ok" }
        : { messages: [answerOf("older", "older"), answerOf("again", "the answer")], pendingInputs: [] };
    const events = await (await send({ text: "x", idempotencyKey: "again" })).rest();
    expect(events.at(-1)).toMatchObject({
      event: "final",
      data: { text: "the answer", usage: USAGE, costUsd: null, stopReason: "stop" },
    });
  });

  it("goes on without its sender: nothing is aborted, and the connection serves the next one", async () => {
    const events = await send({ text: "long work", idempotencyKey: "left" });
    await events.next();
    await events.cancel();
    expect(gateway.received("chat.abort")).toEqual([]);
    const next = await send({ text: "next", idempotencyKey: "next" });
    final("next", "here");
    expect((await next.rest()).at(-1)).toMatchObject({ event: "final" });
    expect(gateway.dialled).toBe(1);
  });

  it("refused by the gateway is a problem before any stream", async () => {
    gateway.answer = () => {
      throw new Error("sessionKey is not valid");
    };
    const problem = await problemIn(await post({ text: "x" }));
    expect(problem).toMatchObject({ status: 400, code: "INVALID_REQUEST" });
  });
});

describe("a connection that breaks in the middle of an answer", () => {
  it("is resumed where it broke, without a word lost or repeated", async () => {
    const events = await send({ text: "x", idempotencyKey: "r" });
    delta("r", "one ");
    expect((await events.until(({ event }) => event === "delta")).at(-1)).toMatchObject({ data: { text: "one " } });
    gateway.cut();
    await expect.poll(() => gateway.connections, { timeout: 10_000 }).toBe(1);
    delta("r", "two");
    final("r", "one two");
    expect((await events.rest()).map(({ event }) => event)).toEqual(["delta", "final"]);
    expect(gateway.received("connect").at(-1)).toMatchObject({ resume: { cursor: "1:1" } });
  });

  it.each([
    [
      "ended meanwhile",
      { messages: [answerOf("r", "done while away")], pendingInputs: [] },
      { event: "final", data: { text: "done while away", costUsd: null } },
    ],
    [
      "was interrupted by a restart",
      {
        messages: [{ id: "n", timestamp: 2, runId: "r", role: "notice", kind: "interrupted", content: [] }],
        pendingInputs: [],
      },
      { event: "error", data: { code: "RUN_INTERRUPTED", retryable: false } },
    ],
  ])("tells from the transcript that the run %s, when events are gone", async (_what, history, expected) => {
    const events = await send({ text: "x", idempotencyKey: "r" });
    gateway.answer = () => history;
    gateway.forgetCursors = true;
    gateway.cut();
    expect((await events.rest()).at(-1)).toMatchObject(expected);
  });

  it("waits on while the run still runs", async () => {
    const events = await send({ text: "x", idempotencyKey: "r" });
    gateway.answer = () => ({ messages: [], pendingInputs: [], activeRunId: "r" });
    gateway.forgetCursors = true;
    gateway.cut();
    await expect.poll(() => gateway.received("chat.history").length, { timeout: 10_000 }).toBe(1);
    final("r", "late");
    expect((await events.rest()).at(-1)).toMatchObject({ event: "final", data: { text: "late" } });
  });
});

describe("a gateway that does not let the platform in", () => {
  it.each(["UNAUTHENTICATED", "PROTOCOL_MISMATCH", "FORBIDDEN"])(
    "with %s is an agent that cannot be reached, and no trouble of the person's own session",
    async (code) => {
      gateway.refuseWith = { code, message: "no" };
      const impatient = await openPlatform({ openGateway: gateway.open, gatewayReadyTimeoutMs: 50 });
      try {
        const owner = await impatient.signUp("Ada");
        const { id } = await impatient.agentOf(owner);
        for (const answer of [
          await owner.call(`/api/agents/${id}/messages`, { body: { text: "x" } }),
          await owner.call(`/api/agents/${id}/sessions`),
        ]) {
          expect(await problemIn(answer)).toMatchObject({ status: 503, code: "AGENT_UNREACHABLE" });
        }
        expect(gateway.connections).toBe(0);
        expect(impatient.logLines.join("\n")).not.toMatch(/gwt_[\w-]{10,}/);
      } finally {
        await impatient.close();
      }
    },
  );
});

describe("what the platform may do on a gateway", () => {
  it("is to read and to write, and never to administer", async () => {
    await person.call(`/api/agents/${agentId}/sessions`);
    expect(gateway.received("connect")).toMatchObject([
      { scopes: ["operator.write"], auth: { token: expect.stringMatching(/^gwt_/) } },
    ]);
  });

  it("passes page and session of the history on", async () => {
    const key = encodeURIComponent("agent:main:telegram/42");
    await person.call(`/api/agents/${agentId}/sessions/${key}?limit=7&before=msg_9`);
    expect(gateway.received("chat.history")).toEqual([
      { sessionKey: "agent:main:telegram/42", limit: 7, before: "msg_9" },
    ]);
  });
});
