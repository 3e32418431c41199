/** What must be true of the disk and of what the client saw, wherever the gateway died. */

import { expect } from "vitest";

import type { CrashWorld } from "./crash-world.ts";
import { countRuns } from "./transcript-lines.ts";

export const expectNothingLost = (world: CrashWorld, because: string): void => {
  const contents = world.disk.contents();
  expect(
    [...contents.keys()].filter((path) => path.includes(".corrupt")),
    because,
  ).toEqual([]);

  const { accepted, ended } = countRuns(contents);
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
