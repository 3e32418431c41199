import type { AgentEvent, AssistantEntry } from "@skykoi/agent";
import { fault } from "@skykoi/fault";
import { NO_USAGE } from "@skykoi/model";
import { EVENTS } from "@skykoi/protocol";
import { compileValidator } from "@skykoi/schema";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { createFrameMapper, type RunFrame } from "./frame-mapper.ts";

const run = { runId: "r1", sessionKey: "agent:main:main", agentId: "main" };

const setup = () => {
  const clock = { now: 1_000_000 };
  let seq = 0;
  return { clock, mapper: createFrameMapper({ run, nextSeq: () => ++seq, now: () => clock.now }) };
};

const answer: AssistantEntry = {
  id: "e1",
  parentId: null,
  timestamp: 1,
  runId: "r1",
  type: "assistant",
  content: [{ type: "text", text: "hello" }],
  model: "offline/demo",
  stopReason: "stop",
  usage: NO_USAGE,
  costUsd: 0,
};

const delta = (text: string): AgentEvent & { type: "text-delta" } => ({ type: "text-delta", text });

type Mapped = Exclude<AgentEvent, { type: "run-end" }>;

const events: fc.Arbitrary<Mapped> = fc.oneof(
  fc.constant<Mapped>({ type: "run-start" }),
  fc.string().map((text): Mapped => delta(text)),
  fc.string().map((text): Mapped => ({ type: "reasoning-delta", text })),
  fc.constant<Mapped>({ type: "retry", attempt: 1, delayMs: 10, fault: fault("MODEL_THROTTLED") }),
  fc
    .jsonValue()
    .map((args): Mapped => ({ type: "tool-start", toolCallId: "t", name: "exec", title: "run `ls`", args })),
  fc.string().map((partial): Mapped => ({ type: "tool-update", toolCallId: "t", name: "exec", partial })),
  fc.double({ min: 0, max: 1e6, noNaN: true }).map((durationMs): Mapped => ({
    type: "tool-end",
    toolCallId: "t",
    name: "exec",
    result: "",
    isError: false,
    durationMs,
  })),
  fc.constant<Mapped>({ type: "usage", usage: NO_USAGE, costUsd: 0.5, contextTokens: 7 }),
);

const validators = { chat: compileValidator(EVENTS.chat.payload), agent: compileValidator(EVENTS.agent.payload) };

const expectConforming = ({ event, payload }: RunFrame): void => {
  expect(validators[event](JSON.parse(JSON.stringify(payload)))).toMatchObject({ ok: true });
};

describe("frame mapper", () => {
  it("makes only frames of the protocol, numbered without gaps, and repeats every text once as a whole", () => {
    const ends = fc.constantFrom(
      { type: "run-end", outcome: "completed", message: answer, usage: NO_USAGE, costUsd: 0 } as const,
      { type: "run-end", outcome: "aborted", message: answer } as const,
      { type: "run-end", outcome: "aborted" } as const,
      { type: "run-end", outcome: "failed", code: "TIMEOUT", message: "late" } as const,
    );
    fc.assert(
      fc.property(fc.array(events), ends, (list, end) => {
        const { mapper } = setup();
        const frames = [...list.flatMap((event) => mapper.map(event)), ...mapper.mapEnd(end)];
        for (const frame of frames) expectConforming(frame);
        expect(frames.map(({ payload }) => payload.seq)).toEqual(frames.map((_, index) => index + 1));
        const streamed = list.flatMap((event) => (event.type === "text-delta" ? [event.text] : [])).join("");
        const repeated = frames.flatMap(({ event, payload }) =>
          event === "agent" && payload.stream === "assistant" ? [payload.data.text] : [],
        );
        expect(repeated.join("")).toBe(streamed);
        expect(frames.at(-1)?.event).toBe("chat");
      }),
    );
  });

  it("sends the answer so far with the first delta and then at most twice a second", () => {
    const { clock, mapper } = setup();
    const sofar = (text: string): unknown => {
      const [frame] = mapper.map(delta(text));
      return frame?.event === "chat" && frame.payload.state === "delta" ? frame.payload.message?.content : "no delta";
    };
    expect(sofar("a")).toEqual([{ type: "text", text: "a" }]);
    clock.now += 499;
    expect(sofar("b")).toBeUndefined();
    clock.now += 1;
    expect(sofar("c")).toEqual([{ type: "text", text: "abc" }]);
    mapper.map({ type: "usage", usage: NO_USAGE, costUsd: 0, contextTokens: 0 });
    expect(sofar("next message")).toEqual([{ type: "text", text: "next message" }]);
  });
});
