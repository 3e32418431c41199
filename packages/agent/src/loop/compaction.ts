/**
 * Makes room before the model's window is full: lasting notes are written first, then older history becomes a summary.
 * Stopped at any moment, it has written either the whole compaction or nothing. It never fails: without a model that
 * answers, an extract takes the place of the summary.
 */

import { KEPT_SHARE } from "../context/budget.ts";
import { cutPoint, type Cut } from "../context/cut-point.ts";
import { cutText } from "../context/cut-text.ts";
import { extractOf } from "../context/extract.ts";
import { notesIn, notesQuestion, summaryQuestion } from "../context/instructions.ts";
import type { AgentEvent } from "../port.ts";
import { callBilled } from "./billed-call.ts";
import { planTurn } from "./plan-turn.ts";
import type { Turn } from "./turn.ts";

export interface CompactionOptions {
  /** What the summary should look at; empty: nothing special. */
  readonly instructions: string;
  /** `full`: the window fills up. `refused`: the provider found it too long. `asked`: a person wants it now. */
  readonly reason: "full" | "refused" | "asked";
}

export type CompactionResult =
  | { readonly kind: "compacted"; readonly tokensBefore: number; readonly tokensAfter: number }
  | { readonly kind: "nothing" }
  | { readonly kind: "stopped" };

/** Parts of the room for messages. */
const SUMMARY_SHARE = 0.1;
const MAX_SUMMARY_TOKENS = 3_000;
const MAX_NOTES_TOKENS = 800;
/** A summary of less is not worth its calls, unless a person asks or a provider refuses. */
const MIN_SHARE: Readonly<Record<CompactionOptions["reason"], number>> = { full: 0.1, refused: 0, asked: 0 };
/** By hand, this part of what there is stays word for word. */
const KEPT_BY_HAND_SHARE = 0.25;
const MIN_BY_HAND_TOKENS = 200;

const WORDS_A_TOKEN = 0.6;

export async function* compact(
  turn: Turn,
  { instructions, reason }: CompactionOptions,
): AsyncGenerator<AgentEvent, CompactionResult> {
  const plan = await planTurn(turn);
  if (plan.kind === "no-room") return { kind: "nothing" };
  const tokensBefore = plan.tokens;
  const keepTokens = plan.roomTokens * KEPT_SHARE;
  const cut = cutPoint(await turn.transcript.context(), {
    currentRunId: turn.runId,
    keepTokens: reason === "asked" ? Math.min(keepTokens, plan.messageTokens * KEPT_BY_HAND_SHARE) : keepTokens,
    minTokens: reason === "asked" ? MIN_BY_HAND_TOKENS : plan.roomTokens * MIN_SHARE[reason],
  });
  if (!cut) return { kind: "nothing" };

  yield { type: "compaction", phase: "start", tokensBefore };
  yield* writeNotes(turn, cut);
  const summaryTokens = Math.min(MAX_SUMMARY_TOKENS, Math.floor(plan.roomTokens * SUMMARY_SHARE));
  const question = summaryQuestion(Math.floor(summaryTokens * WORDS_A_TOKEN), instructions);
  const summary = turn.signal.aborted ? "" : yield* askQuietly(turn, question, summaryTokens);
  if (turn.signal.aborted) {
    yield { type: "compaction", phase: "end", tokensBefore, completed: false };
    return { kind: "stopped" };
  }
  const isWritten = summary.trim() !== "";
  await turn.transcript.append({
    type: "compaction",
    runId: turn.runId,
    summary: isWritten ? cutText(summary.trim(), summaryTokens * 2) : extractOf(cut.summarized, summaryTokens),
    firstKeptId: cut.firstKeptId,
    tokensBefore,
  });
  const after = await planTurn(turn);
  const tokensAfter = after.kind === "fits" ? after.tokens : tokensBefore;
  yield { type: "compaction", phase: "end", tokensBefore, tokensAfter, completed: true };
  return { kind: "compacted", tokensBefore, tokensAfter };
}

/** In the owner's own conversation only: nobody else may plant what the agent believes for weeks. */
async function* writeNotes(turn: Turn, { summarized }: Cut): AsyncGenerator<AgentEvent, void> {
  const { notes, mainSession } = turn;
  const hasNews = summarized.some((entry) => entry.type === "assistant");
  if (!notes || !mainSession || !hasNews || !(await notes.canAdd())) return;
  const answer = notesIn(yield* askQuietly(turn, notesQuestion, MAX_NOTES_TOKENS));
  if (answer !== undefined && !turn.signal.aborted) await notes.add(cutText(answer, MAX_NOTES_TOKENS));
}

/** One call that nobody sees; its answer in words, or nothing. What it costs is reserved and counted like any other. */
async function* askQuietly(turn: Turn, question: string, maxTokens: number): AsyncGenerator<AgentEvent, string> {
  const plan = await planTurn(turn, [{ role: "user", text: question }]);
  if (plan.kind === "no-room") return "";
  const request = { ...plan.request, maxOutputTokens: Math.min(plan.request.maxOutputTokens ?? maxTokens, maxTokens) };
  const call = callBilled(turn, request);
  for (let next = await call.next(); ; next = await call.next()) {
    if (!next.done) continue;
    const outcome = next.value;
    if (outcome.kind !== "answered") return "";
    yield turn.record(outcome.usage);
    return outcome.content.map((block) => (block.type === "text" ? block.text : "")).join("");
  }
}
