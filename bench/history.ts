/** Pages backwards through a transcript of 100 MB, warm and from a cold open: p50, p99, and the memory it takes. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createTranscriptLibrary, type TranscriptLibrary } from "@skykoi/agent";

import { summarize } from "./statistics.ts";

const BYTES = 100 * 1024 * 1024;
const TEXT = "All work and no play makes a long conversation. ".repeat(42);
const QUERY = { limit: 50, withoutInputsOf: [], maxBytes: 4 * 1024 * 1024 };
const SESSION = { sessionId: "ses_1", sessionKey: "agent:main:main" };

const directory = mkdtempSync(join(tmpdir(), "skykoi-history-"));
const openLibrary = (): TranscriptLibrary => createTranscriptLibrary({ directory, now: Date.now });
const residentMb = (): number => Math.round(process.memoryUsage.rss() / 1024 / 1024);

const timed = async <T>(times: number[], work: () => Promise<T>): Promise<T> => {
  const start = performance.now();
  const result = await work();
  times.push(performance.now() - start);
  return result;
};

const write = async (): Promise<void> => {
  const library = openLibrary();
  const transcript = await library.open(SESSION);
  for (let written = 0, batch = 0; written < BYTES; batch++, written += 200 * (TEXT.length + 180)) {
    const appends = Array.from({ length: 200 }, (_, run) =>
      transcript.append({ type: "user", runId: `${batch}.${run}`, content: [{ type: "text", text: TEXT }] }),
    );
    await Promise.all(appends);
  }
  await transcript.close();
  library.close();
};

const pageBackwards = async (times: number[]): Promise<void> => {
  const library = openLibrary();
  let before: string | undefined;
  for (let page = 0; page < 200; page++) {
    const read = await timed(times, () => library.page(SESSION.sessionId, { ...QUERY, before }));
    before = read.entries[0]?.id;
  }
  library.close();
};

const openCold = async (times: number[]): Promise<void> => {
  await timed(times, async () => {
    const library = openLibrary();
    await library.page(SESSION.sessionId, QUERY);
    library.close();
  });
};

try {
  const writing: number[] = [];
  await timed(writing, write);
  const beforeMb = residentMb();
  const pages: number[] = [];
  await pageBackwards(pages);
  const colds: number[] = [];
  for (let round = 0; round < 20; round++) await openCold(colds);
  const figures = { page: summarize(pages), coldOpenAndPage: summarize(colds) };
  console.log(
    JSON.stringify({ writeMs: Math.round(writing[0] ?? 0), ...figures, beforeMb, afterMb: residentMb() }, null, 2),
  );
} finally {
  rmSync(directory, { recursive: true, force: true });
}
