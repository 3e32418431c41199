/** The surroundings of a run in a test: a directory of its own, a transcript in it, one accepted message. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { LanguageModel } from "@skykoi/model";
import { onTestFinished } from "vitest";

import { runTurn } from "../loop/run-turn.ts";
import type { AgentEvent, Tool, TranscriptEntry, TurnOptions } from "../port.ts";
import { createTranscriptLibrary, type TranscriptLibrary } from "../sessions/transcript-library.ts";
import { parseLine } from "../sessions/entry-schema.ts";
import type { TranscriptFiles } from "../sessions/transcript-files.ts";
import type { OpenTranscript } from "../sessions/transcript.ts";

export const temporaryDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), "skykoi-agent-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
};

export const SESSION = { sessionId: "ses_1", sessionKey: "agent:main:main" } as const;

/** The transcripts of a directory, as a new process finds them. */
export const openLibrary = (directory: string, files?: TranscriptFiles): TranscriptLibrary => {
  const library = createTranscriptLibrary({ directory, now: () => 1_000, ...(files && { files }) });
  onTestFinished(() => library.close());
  return library;
};

/** What a reader sees of a transcript, beside whoever writes it. */
export const readAll = async (library: TranscriptLibrary, sessionId: string = SESSION.sessionId) => {
  const query = { limit: 100_000, withoutInputsOf: [], maxBytes: Number.MAX_SAFE_INTEGER };
  return (await library.page(sessionId, query)).entries;
};

/** Every entry in a file, in its order. */
export const linesOf = (path: string): TranscriptEntry[] =>
  readFileSync(path, "utf8")
    .split("\n")
    .flatMap((line) => {
      const parsed = parseLine(line);
      return parsed.kind === "entry" ? [parsed.entry] : [];
    });

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
  const directory = temporaryDirectory();
  const path = join(directory, `${SESSION.sessionId}.jsonl`);
  const transcript = await openLibrary(directory).open(SESSION);
  onTestFinished(() => transcript.close());
  await transcript.append({ type: "user", runId: RUN, content: [{ type: "text", text: "Please." }] });
  return {
    path,
    transcript,
    reread: async () => linesOf(path),
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
