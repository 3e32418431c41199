/** How a run went, read from its transcript: the same answer right after its end and after a restart. */

import type { TranscriptEntry } from "@skykoi/agent";

import type { SessionAddress } from "../sessions/session-key.ts";
import type { SessionStore } from "../sessions/session-store.ts";
import type { JobOutcome } from "./after-run.ts";

export const readOutcome = async (store: SessionStore, address: SessionAddress, runId: string): Promise<JobOutcome> => {
  const { session, release } = await store.acquire(address);
  try {
    const entries = await session.transcript.context();
    return outcomeOf(
      entries.filter((entry) => entry.runId === runId),
      address.key,
    );
  } finally {
    release();
  }
};

const outcomeOf = (entries: readonly TranscriptEntry[], sessionKey: string): JobOutcome => {
  const answers = entries.filter((entry) => entry.type === "assistant");
  const last = answers.at(-1);
  const end = entries.find((entry) => entry.type === "runEnd");
  const summary = last === undefined ? "" : textIn(last.content);
  const shared = {
    costUsd: answers.reduce((sum, { costUsd }) => sum + costUsd, 0),
    sessionKey,
    ...(summary !== "" && { summary }),
    ...(last && { model: last.model }),
    deliveryStatus: "not-requested" as const,
  };
  if (end?.outcome === "completed") return { status: "ok", ...shared };
  const notice = entries.findLast((entry) => entry.type === "notice");
  const error = last?.errorMessage ?? (notice && textIn(notice.content)) ?? REASONS[end?.outcome ?? "interrupted"];
  return { status: "error", error, ...shared };
};

const REASONS = {
  failed: "The run failed.",
  aborted: "The run was stopped.",
  interrupted: "The gateway restarted while this was running.",
} as const;

const textIn = (content: readonly { readonly type: string; readonly text?: string }[]): string =>
  content
    .map(({ type, text }) => (type === "text" ? (text ?? "") : ""))
    .join("")
    .trim();
