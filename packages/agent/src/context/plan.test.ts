import { estimateTokens, type ModelMessage } from "@skykoi/model";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { planRequest, type RequestPlan } from "./plan.ts";

const info = { contextWindow: 20_000, maxOutputTokens: 4_096, reasoning: false };
const tools = [{ name: "ls", description: "List files", inputSchema: { type: "object" } }];
const base = { system: "You are a test.", tools, info, thinking: "off" as const };

const fitting = (plan: RequestPlan) => {
  if (plan.kind !== "fits") throw new Error("there is no room");
  return plan;
};

const ask = (text: string): ModelMessage => ({ role: "user", text });
const step = (id: string, output: string, input: unknown = {}): ModelMessage[] => [
  { role: "assistant", text: "", toolCalls: [{ id, name: "ls", input }] },
  { role: "tool", results: [{ toolCallId: id, toolName: "ls", text: output, isError: false }] },
];

const words = (count: number): string => "some words of a text ".repeat(Math.ceil(count / 5));

const talk = (count: number) =>
  Array.from({ length: count }, (_, n): ModelMessage[] => [
    ask(words(300)),
    { role: "assistant", text: `${n} ${words(300)}`, toolCalls: [] },
  ]).flat();

/** Texts of any kind and length, from nothing to several windows. */
const anyText = fc.oneof(
  fc.string(),
  fc
    .tuple(fc.string({ minLength: 1, unit: "grapheme" }), fc.nat({ max: 2_000 }))
    .map(([text, n]) => text.repeat(n / text.length + 1)),
);
const anyStep = fc
  .record({
    said: fc.string(),
    outputs: fc.array(anyText, { minLength: 1, maxLength: 4 }),
    input: fc.oneof(fc.jsonValue(), anyText),
  })
  .map(({ said, outputs, input }): ModelMessage[] => [
    { role: "assistant", text: said, toolCalls: outputs.map((_, index) => ({ id: `c${index}`, name: "ls", input })) },
    {
      role: "tool",
      results: outputs.map((text, index) => ({ toolCallId: `c${index}`, toolName: "ls", text, isError: false })),
    },
  ]);
const anyConversation = fc
  .tuple(
    fc.array(fc.tuple(anyText, fc.array(anyStep, { maxLength: 4 }), anyText), { maxLength: 6 }),
    anyText,
    fc.array(anyStep, { maxLength: 6 }),
  )
  .map(([runs, last, steps]): ModelMessage[] => [
    ...runs.flatMap(([asked, work, answered]): ModelMessage[] => [
      ask(asked),
      ...work.flat(),
      { role: "assistant", text: answered, toolCalls: [] },
    ]),
    ask(`newest: ${last}`),
    ...steps.flat(),
  ]);

describe("the plan of a request", () => {
  it("is never too long, keeps the newest message and each call with its results, for any conversation and window", () => {
    fc.assert(
      fc.property(anyConversation, fc.integer({ min: 1_500, max: 6_000 }), (messages, contextWindow) => {
        const plan = fitting(planRequest({ ...base, info: { ...info, contextWindow }, messages }));
        const tokens = estimateTokens({ ...base, messages: plan.messages });
        expect(tokens).toBeLessThanOrEqual(plan.budget.inputTokens);
        expect(plan.tokens).toBe(tokens);
        expect(plan.budget.inputTokens + (plan.budget.maxOutputTokens ?? 4_096)).toBeLessThanOrEqual(contextWindow);
        const newest = plan.messages.findLast(({ role }) => role === "user");
        expect(newest).toMatchObject({ text: expect.stringContaining("newest: ") });
        expect(plan.messages[0]?.role).toBe("user");
        for (const [index, message] of plan.messages.entries()) {
          const before = plan.messages[index - 1];
          const made = before?.role === "assistant" ? before.toolCalls.map(({ id }) => id) : [];
          const answered = message.role === "tool" ? message.results.map(({ toolCallId }) => toolCallId) : [];
          expect(answered).toEqual(made);
        }
      }),
      { numRuns: 100, endOnFailure: true },
    );
  });

  it("leaves alone what fits", () => {
    const messages = [ask("a"), ...step("t", words(2_000))];
    expect(fitting(planRequest({ ...base, messages }))).toMatchObject({ messages, isFull: false });
  });

  it("trims what tools said long ago, not what they said just now, and never the words of the conversation", () => {
    const messages = [ask("first"), ...Array.from({ length: 12 }, (_, n) => step(`t${n}`, words(1_000))).flat()];
    const plan = fitting(planRequest({ ...base, messages }));
    expect(plan.messages).toHaveLength(messages.length);
    expect(JSON.stringify(plan.messages[2])).toContain("characters are left out here");
    expect(plan.messages[0]).toEqual(ask("first"));
    expect(plan.messages.slice(-4)).toEqual(messages.slice(-4));
  });

  it("trims in steps: the beginning of a request stays the same from call to call", () => {
    const messages: ModelMessage[] = [ask("first")];
    let before: readonly ModelMessage[] = [];
    let changes = 0;
    for (let call = 0; call < 40; call++) {
      messages.push(...step(`t${call}`, words(400)));
      const { messages: now } = fitting(planRequest({ ...base, messages }));
      if (JSON.stringify(now.slice(0, before.length)) !== JSON.stringify(before)) changes++;
      before = now;
    }
    expect(changes).toBeGreaterThan(0);
    expect(changes).toBeLessThan(8);
  });

  it("cuts a single message that is too large, with a marker that says how much is missing", () => {
    const plan = fitting(planRequest({ ...base, messages: [ask(`begin ${words(60_000)} end`)] }));
    const [message] = plan.messages;
    expect(message).toMatchObject({
      text: expect.stringMatching(/^begin .*\n\[… \d+ characters are left out here …\]\n.* end$/s),
    });
  });

  it("cuts arguments of calls to what is still a JSON object", () => {
    const [call] = fitting(
      planRequest({ ...base, messages: [ask("a"), ...step("t", "", { path: "a.md", content: words(60_000) })] }),
    ).messages.slice(1);
    expect(call).toMatchObject({
      toolCalls: [{ input: { path: "a.md", content: expect.stringContaining("left out") } }],
    });
  });

  it("says that it is time to compact before the window is full", () => {
    const plans = Array.from({ length: 20 }, (_, n) =>
      fitting(planRequest({ ...base, messages: [...talk(n), ask("now")] })),
    );
    const first = plans.find(({ isFull }) => isFull);
    expect(first?.tokens).toBeLessThan(first?.budget.inputTokens ?? 0);
    expect(first?.messages.length).toBeGreaterThan(10);
    expect(plans.at(-1)?.isFull).toBe(true);
  });

  it("says so when not even the prompt leaves room for a message", () => {
    expect(planRequest({ ...base, system: words(30_000), messages: [ask("a")] })).toMatchObject({ kind: "no-room" });
  });
});
