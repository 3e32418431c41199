/** The surroundings of a run in a test: a directory of its own, a transcript in it, one accepted message. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { LanguageModel } from "@skykoi/model";
import { onTestFinished } from "vitest";

import { runTurn } from "../loop/run-turn.ts";
import type { AgentEvent, Tool, TranscriptEntry, TurnOptions } from "../port.ts";
import { openTranscript, type OpenTranscript } from "../sessions/transcript.ts";

export const temporaryDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), "skykoi-agent-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
};

export interface Scene {
  readonly path: string;
  readonly transcript: OpenTranscript;
  /** Entries of the transcript as another reader finds them on the disk. */
  reread(): Promise<readonly TranscriptEntry[]>;
  run(model: LanguageModel, options?: Partial<TurnOptions>): AsyncGenerator<AgentEvent>;
}

export const RUN = "run_1";

export const ORIGIN = { runId: RUN, agentId: "main", sessionKey: "agent:main:main", mainSession: true } as const;

export const createScene = async (tools: readonly Tool[] = []): Promise<Scene> => {
  const path = join(temporaryDirectory(), "session.jsonl");
  const transcript = await openTranscript({ path, sessionId: "ses_1", now: Date.now });
  onTestFinished(() => transcript.close());
  await transcript.append({ type: "user", runId: RUN, content: [{ type: "text", text: "Please." }] });
  return {
    path,
    transcript,
    reread: async () => (await openTranscript({ path, sessionId: "ses_1", now: Date.now })).entries(),
    run: (model, options = {}) =>
      runTurn({
        ...ORIGIN,
        transcript,
        model,
        costUsd: ({ inputTokens, outputTokens }) => (inputTokens + outputTokens) / 1_000,
        tools,
        system: "You are a test.",
        signal: new AbortController().signal,
        retryDelayMs: () => 0,
        ...options,
      }),
  };
};

export const collect = async (events: AsyncIterable<AgentEvent>): Promise<AgentEvent[]> => {
  const all: AgentEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
};

/** Collects, and calls `react` with each event. */
export const collectAnd = async (
  events: AsyncIterable<AgentEvent>,
  react: (event: AgentEvent) => void,
): Promise<AgentEvent[]> => {
  const all: AgentEvent[] = [];
  for await (const event of events) {
    all.push(event);
    react(event);
  }
  return all;
};
