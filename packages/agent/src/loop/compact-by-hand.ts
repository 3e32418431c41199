/** A run that only compacts its conversation: for `/compact`. */

import { NO_USAGE } from "@skykoi/model";

import type { AgentEvent } from "../port.ts";
import { compact, type CompactionResult } from "./compaction.ts";
import { stoppedEnding, type Ending } from "./ending.ts";
import type { Turn } from "./turn.ts";

export async function* compactByHand(turn: Turn, instructions: string): AsyncGenerator<AgentEvent, Ending> {
  const result = yield* compact(turn, { instructions, reason: "asked" });
  if (result.kind === "stopped") return stoppedEnding(turn.signal);
  const text = told(result);
  yield { type: "text-delta", text };
  return { kind: "completed", answer: { content: [{ type: "text", text }], usage: NO_USAGE, stopReason: "stop" } };
}

const told = (result: Exclude<CompactionResult, { kind: "stopped" }>): string =>
  result.kind === "nothing"
    ? "There is nothing to compact yet."
    : `The conversation was compacted: a request has about ${result.tokensAfter} tokens now instead of ${result.tokensBefore}.`;
