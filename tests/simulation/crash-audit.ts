/** What must be true of the disk and of what the client saw, wherever the gateway died. */

import { expect } from "vitest";

import type { CrashWorld } from "./crash-world.ts";

interface Line {
  readonly type: string;
  readonly runId: string;
}

export const expectNothingLost = (world: CrashWorld, because: string): void => {
  const contents = world.disk.contents();
  expect(
    [...contents.keys()].filter((path) => path.includes(".corrupt")),
    because,
  ).toEqual([]);

  const lines = [...contents].flatMap(([path, bytes]) => (path.endsWith(".jsonl") ? readLines(path, bytes) : []));
  const accepted = countRuns(lines, "user");
  const ended = countRuns(lines, "runEnd");
  for (const { runId, acknowledged } of world.sends.values()) {
    const copies = accepted.get(runId) ?? 0;
    if (acknowledged) expect(copies, `${runId} was acknowledged. ${because}`).toBe(1);
  }
  for (const [runId, copies] of accepted) {
    expect(copies, `copies of ${runId}. ${because}`).toBe(1);
    expect(ended.get(runId), `ends of ${runId}. ${because}`).toBe(1);
  }
  // Also what the gateway says itself: a job's answer in the main session.
  for (const [runId, times] of ended) expect(times, `ends of ${runId}. ${because}`).toBe(1);

  for (const [name, times] of world.effects()) expect(times, `times ${name} acted. ${because}`).toBe(1);

  for (const [runId, told] of world.ends)
    expect(told, `ends of ${runId} told: ${told.join(", ")}. ${because}`).toHaveLength(1);
  if (world.reloaded()) return;
  for (const { runId } of world.sends.values()) {
    if (accepted.has(runId)) expect(world.ends.get(runId), `ends of ${runId} told. ${because}`).toHaveLength(1);
  }
};

/** A line that a power cut tore may be the last of a transcript that nobody needed since. */
const readLines = (path: string, bytes: Uint8Array): Line[] => {
  const texts = new TextDecoder().decode(bytes).split("\n");
  const torn = texts.pop();
  const lines = texts.map((text) => readLine(path, text));
  if (torn !== undefined && torn !== "") expect(path).not.toContain(".deleted");
  return lines;
};

const readLine = (path: string, text: string): Line => {
  try {
    const { type, runId }: Partial<Line> = JSON.parse(text);
    return { type: type ?? "", runId: runId ?? "" };
  } catch (cause) {
    throw new Error(`${path} has a broken line: ${text.slice(0, 200)}`, { cause });
  }
};

const countRuns = (lines: readonly Line[], wanted: string): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const { type, runId } of lines) if (type === wanted) counts.set(runId, (counts.get(runId) ?? 0) + 1);
  return counts;
};
