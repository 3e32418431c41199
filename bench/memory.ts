/** Searches a memory of 20,000 parts: by words, by words that are everywhere, and by meaning; what a change costs. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createMemoryTools, type Embedding, type MemoryTools } from "@skykoi/agent";

import { summarize } from "./statistics.ts";

const NOTES = 1_000;
const PARTS_A_NOTE = 20;
const DIMENSIONS = 1_024;
const ROUNDS = 30;

const root = mkdtempSync(join(tmpdir(), "skykoi-memory-"));
const workspace = join(root, "koi");

let seed = 1;
const random = (below: number): number => {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed % below;
};
const vocabulary = Array.from({ length: 20_000 }, (_, index) => `w${index.toString(36)}`);
/** Some words are common and most are rare, as in any language. */
const word = (): string => vocabulary[Math.floor(20_000 ** (random(10_000) / 10_000)) - 1] ?? "w0";
const sentence = (): string => `${Array.from({ length: 12 }, word).join(" ")} project.`;

const writeNotes = (): void => {
  mkdirSync(join(workspace, "memory"), { recursive: true });
  for (let note = 0; note < NOTES; note++) {
    const parts = Array.from(
      { length: PARTS_A_NOTE },
      () => `## ${word()}\n${Array.from({ length: 8 }, sentence).join("\n")}\n`,
    );
    const day = new Date(Date.UTC(2024, 0, 1 + note)).toISOString().slice(0, 10);
    writeFileSync(join(workspace, `memory/${day}.md`), parts.join("\n"));
  }
};

const vectorOf = (): Float32Array => Float32Array.from({ length: DIMENSIONS }, () => random(1_000) / 1_000 - 0.5);
const embedding: Embedding = { ref: "bench/random", embed: async (texts) => texts.map(vectorOf) };

const open = (withMeaning: boolean): MemoryTools =>
  createMemoryTools({
    workspace,
    protectedPaths: [],
    databaseOf: () => join(root, "memory.db"),
    embedding: () => (withMeaning ? embedding : undefined),
    now: Date.now,
  });

const run = { runId: "run_1", agentId: "main", sessionKey: "agent:main:main", mainSession: true };
const search = async (memory: MemoryTools, query: string): Promise<string> => {
  const context = { run, toolCallId: "call_1", signal: new AbortController().signal, update: () => undefined };
  const [tool] = memory.tools;
  return (await tool?.execute({ query }, context))?.text ?? "";
};

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

const measure = async (memory: MemoryTools, query: () => string) => {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) times.push(await timed(() => search(memory, query())));
  return summarize(times);
};

try {
  writeNotes();
  const memory = open(false);
  const buildMs = Math.round(await timed(() => search(memory, "w0")));
  const twoWords = await measure(memory, () => `${word()} ${word()}`);
  const question = await measure(memory, () => `what was decided about ${word()} and ${word()} with ${word()}?`);
  const everywhere = await measure(memory, () => "project");
  let change = 0;
  const afterChange = await measure(memory, () => {
    writeFileSync(join(workspace, "memory/2026-01-01.md"), `# new\nchange ${change++}`);
    return word();
  });
  await memory.close();
  const byMeaning = open(true);
  const deadline = performance.now() + 60_000;
  while ((await search(byMeaning, "w0")).includes("not yet") && performance.now() < deadline);
  const meaning = await measure(byMeaning, () => `${word()} ${word()}`);
  await byMeaning.close();
  console.log(
    JSON.stringify(
      { parts: NOTES * PARTS_A_NOTE, buildMs, twoWords, question, everywhere, afterChange, meaning },
      null,
      2,
    ),
  );
} finally {
  rmSync(root, { recursive: true, force: true });
}
