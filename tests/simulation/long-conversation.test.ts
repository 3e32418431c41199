import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createTranscriptLibrary, runTurn, type AgentEvent, type Tool } from "@skykoi/agent";
import {
  estimateTextTokens,
  estimateTokens,
  type LanguageModel,
  type ModelEvent,
  type ModelRequest,
} from "@skykoi/model";
import { describe, expect, it, onTestFinished } from "vitest";

import { sized } from "./random.ts";

/** How much is said in all. */
const CONVERSATION_TOKENS = sized({ short: 300_000, long: 5_000_000 });
const INFO = {
  ref: "test/long",
  provider: "test",
  name: "Long",
  contextWindow: 32_000,
  maxOutputTokens: 2_000,
  reasoning: false,
  input: ["text"],
  demo: false,
} as const;

const words = (count: number, seed: number): string =>
  Array.from({ length: count }, (_, index) => `word${(seed * 7_919 + index * 104_729) % 10_007}`).join(" ");

interface Figures {
  calls: number;
  summaries: number;
  inputTokens: number;
  /** Of messages that the call before had told as well, byte for byte. */
  repeatedTokens: number;
  longest: number;
}

/** Reads a file in every turn, then answers; refuses what is longer than its window, as a provider does. */
const scripted = (figures: Figures): LanguageModel => {
  let before: readonly string[] = [];
  return {
    info: INFO,
    stream: async function* (request): AsyncGenerator<ModelEvent> {
      const tokens = estimateTokens(request);
      const now = request.messages.map((message) => JSON.stringify(message));
      const changed = now.findIndex((text, index) => text !== before[index]);
      const repeated = request.messages.slice(0, changed === -1 ? now.length : changed);
      before = now;
      figures.calls++;
      figures.inputTokens += tokens;
      figures.repeatedTokens += estimateTokens({ ...request, messages: repeated });
      figures.longest = Math.max(figures.longest, tokens);
      yield* answer(request, figures);
      yield {
        type: "finish",
        reason: "stop",
        usage: { inputTokens: tokens, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 },
      };
    },
  };
};

function* answer(request: ModelRequest, figures: Figures): Generator<ModelEvent> {
  const last = request.messages.at(-1);
  if (last?.role === "user" && last.text.includes("takes the place of its older part")) {
    figures.summaries++;
    yield { type: "text-delta", text: `Summary ${figures.summaries}: ${words(200, figures.summaries)}` };
  } else if (last?.role === "user") {
    yield { type: "tool-call", id: "read", name: "read", input: { path: `file${figures.calls}.txt` } };
  } else {
    yield { type: "text-delta", text: `Answer: ${words(150, figures.calls)}` };
  }
}

const reader = (): Tool & { given: number } => {
  const tool = {
    given: 0,
    name: "read",
    description: "Read a file",
    inputSchema: { type: "object" },
    title: () => "read",
    execute: async () => {
      // Now and then a file is larger than the window.
      const text = words(++tool.given % 40 === 0 ? 12_000 : 700, tool.given);
      return { text, isError: false };
    },
  };
  return tool;
};

const lastOf = async (events: AsyncIterable<AgentEvent>): Promise<AgentEvent | undefined> => {
  let last: AgentEvent | undefined;
  for await (const event of events) last = event;
  return last;
};

describe("a conversation many times longer than the window", () => {
  it("never asks too much, is never stuck, and costs and holds no more at its end than at its beginning", async () => {
    const directory = mkdtempSync(join(tmpdir(), "skykoi-long-"));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const library = createTranscriptLibrary({ directory, now: Date.now });
    onTestFinished(() => library.close());
    const transcript = await library.open({ sessionId: "ses_long", sessionKey: "agent:main:main" });
    const figures: Figures = { calls: 0, summaries: 0, inputTokens: 0, repeatedTokens: 0, longest: 0 };
    const model = scripted(figures);
    const tool = reader();
    const tokensATurn = estimateTextTokens(words(700 + 150 + 100 + 280, 1));
    const turns = Math.ceil(CONVERSATION_TOKENS / tokensATurn);
    let heldCharacters = 0;

    for (let turn = 0; turn < turns; turn++) {
      const runId = `run_${turn}`;
      const content = [{ type: "text" as const, text: `Question ${turn}: ${words(100, turn)}` }];
      await transcript.append({ type: "user", runId, content });
      const end = await lastOf(
        runTurn({
          runId,
          agentId: "main",
          sessionKey: "agent:main:main",
          mainSession: true,
          transcript,
          model,
          costUsd: () => 0,
          tools: [tool],
          system: "You are a test.",
          signal: new AbortController().signal,
        }),
      );
      expect(end).toMatchObject({ type: "run-end", outcome: "completed" });
      heldCharacters = Math.max(heldCharacters, JSON.stringify(await transcript.context()).length);
    }
    await transcript.close();

    expect(figures.longest).toBeLessThanOrEqual(INFO.contextWindow - INFO.maxOutputTokens);
    expect(figures.summaries).toBeGreaterThan(2);
    // In memory is what a model may still be told, not what was ever said.
    expect(heldCharacters).toBeLessThan(INFO.contextWindow * 16);
    const share = figures.repeatedTokens / figures.inputTokens;
    expect(share).toBeGreaterThan(0.6);
    console.log(
      `${turns} turns of ${tokensATurn} tokens, ${figures.calls} calls, ${figures.summaries} compactions: ` +
        `${Math.round(figures.inputTokens / figures.calls)} input tokens a call, the longest ${figures.longest}; ` +
        `${Math.round(share * 100)} % of the input the same bytes as in the call before; ` +
        `at most ${heldCharacters} characters held`,
    );
  });
});
