import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createModelCatalog } from "./catalog.ts";
import type { LanguageModel, ModelMessage, ToolSpec, Usage } from "./port.ts";
import { collect } from "./testing/collect.ts";
import { startFakeAnthropic, type FakeAnthropic } from "./testing/fake-anthropic.ts";
import { startFakeBedrock, type FakeBedrock } from "./testing/fake-bedrock.ts";

let bedrock: FakeBedrock;
let anthropic: FakeAnthropic;
beforeAll(async () => {
  [bedrock, anthropic] = await Promise.all([startFakeBedrock(), startFakeAnthropic()]);
});
afterAll(() => Promise.all([bedrock.close(), anthropic.close()]));

const model = (ref: string): Promise<LanguageModel> =>
  createModelCatalog({
    providers: {
      "amazon-bedrock": { api: "bedrock-converse-stream", baseUrl: bedrock.url },
      anthropic: { api: "anthropic-messages", baseUrl: anthropic.baseUrl },
    },
    prices: {},
    env: { AWS_ACCESS_KEY_ID: "AKIDTEST", AWS_SECRET_ACCESS_KEY: "secret" },
  }).resolve(ref);

const SYSTEM = "You are Koi, and this is how you work. ".repeat(200);
const TOOLS: readonly ToolSpec[] = ["read", "write", "exec"].map((name) => ({
  name,
  description: `The tool ${name}. `.repeat(20),
  inputSchema: { type: "object", properties: { path: { type: "string" } } },
}));

const TURNS = 30;

/** One turn in three calls two tools, one of which has a long result. */
const session = async (called: LanguageModel): Promise<readonly Usage[][]> => {
  const messages: ModelMessage[] = [];
  const call = async (): Promise<Usage> => {
    const { events, fault } = await collect(called, { system: SYSTEM, tools: TOOLS, messages: [...messages] });
    const last = events.at(-1);
    if (last?.type !== "finish") throw fault ?? new Error("no finish");
    return last.usage;
  };
  const turns: Usage[][] = [];
  for (let turn = 1; turn <= TURNS; turn++) {
    messages.push({ role: "user", text: `Question ${turn}: ${"what about this? ".repeat(10)}` });
    const usages = [await call()];
    if (turn % 3 === 0) {
      const toolCalls = ["a", "b"].map((part) => ({ id: `t${turn}${part}`, name: "read", input: { path: part } }));
      messages.push({ role: "assistant", text: "Let me look.", toolCalls });
      messages.push({
        role: "tool",
        results: toolCalls.map(({ id }, index) => ({
          toolCallId: id,
          toolName: "read",
          text: `line of ${id}\n`.repeat(index === 0 ? 150 : 5),
          isError: false,
        })),
      });
      usages.push(await call());
    }
    messages.push({ role: "assistant", text: `Answer ${turn}. ${"It is so. ".repeat(20)}`, toolCalls: [] });
    turns.push(usages);
  }
  return turns;
};

describe("the prompt cache", () => {
  it.each(["amazon-bedrock/us.anthropic.claude-opus-4-6-v1", "anthropic/claude-opus-4-6"])(
    "of a session of 30 turns with %s holds at least four of five input tokens after the third turn",
    async (ref) => {
      const usages = (await session(await model(ref))).slice(3).flat();
      const sum = (pick: (usage: Usage) => number): number => usages.reduce((all, usage) => all + pick(usage), 0);
      const read = sum(({ cacheReadTokens }) => cacheReadTokens);
      const all = read + sum(({ inputTokens, cacheWriteTokens }) => inputTokens + cacheWriteTokens);
      process.stdout.write(`${ref}: ${((100 * read) / all).toFixed(1)} % of ${all} input tokens read from the cache\n`);
      expect(read / all).toBeGreaterThanOrEqual(0.8);
      expect(usages.every(({ inputTokens, cacheWriteTokens }) => inputTokens === 0 && cacheWriteTokens > 0)).toBe(true);
    },
  );
});
