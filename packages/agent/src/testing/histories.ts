/** Histories for tests: entries in short form, and random ones as a gateway could have written them. */

import * as fc from "fast-check";

import type { NewEntry, TranscriptEntry } from "../port.ts";
import { USAGE } from "./scripted-model.ts";

export const history = (...entries: readonly NewEntry[]): TranscriptEntry[] =>
  entries.map((entry, index) => ({
    id: `e${index}`,
    parentId: index === 0 ? null : `e${index - 1}`,
    timestamp: index,
    ...entry,
  }));

export const user = (runId: string, text = `ask ${runId}`): NewEntry => ({
  type: "user",
  runId,
  content: [{ type: "text", text }],
});

export const answer = (runId: string, text = `answer ${runId}`, callIds: readonly string[] = []): NewEntry => ({
  type: "assistant",
  runId,
  model: "test/scripted",
  stopReason: callIds.length > 0 ? "toolUse" : "stop",
  usage: USAGE,
  costUsd: 0,
  content: [
    { type: "text", text },
    ...callIds.map((id) => ({ type: "toolCall" as const, id, name: "ls", title: "list files", arguments: {} })),
  ],
});

export const result = (runId: string, toolCallId: string, text = "a.md"): NewEntry => ({
  type: "toolResult",
  runId,
  toolCallId,
  toolName: "ls",
  content: [{ type: "text", text }],
  isError: false,
  durationMs: 1,
});

export const joined = (runId: string, into: string): NewEntry => ({ type: "joined", runId, into });

export const end = (
  runId: string,
  outcome: "completed" | "aborted" | "failed" | "interrupted" = "completed",
  answeredBy?: string,
): NewEntry => ({
  type: "runEnd",
  runId,
  outcome,
  ...(answeredBy !== undefined && { answeredBy }),
});

/** Runs one after another, each message accepted at any moment before its run; the last ones may be unfinished. */
export const anyHistory = fc
  .record({
    steps: fc.array(fc.nat({ max: 3 }), { maxLength: 8 }),
    early: fc.array(fc.nat({ max: 2 }), { maxLength: 8 }),
    cut: fc.nat({ max: 5 }),
  })
  .map(({ steps, early, cut }) => {
    const entries: NewEntry[] = [];
    let accepted = 0;
    const accept = (upTo: number): void => {
      for (; accepted <= Math.min(upTo, steps.length - 1); accepted++) entries.push(user(`r${accepted}`));
    };
    for (const [run, tools] of steps.entries()) {
      accept(run);
      for (let step = 0; step < tools; step++) {
        entries.push(answer(`r${run}`, `step ${step}`, [`c${run}.${step}`]));
        accept(run + (early[run] ?? 0));
        entries.push(result(`r${run}`, `c${run}.${step}`));
      }
      entries.push(answer(`r${run}`), end(`r${run}`));
    }
    return history(...entries.slice(0, Math.max(0, entries.length - cut)));
  });
