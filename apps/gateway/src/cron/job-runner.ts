/** Carries a claimed slot out: as a message into its session, and its answer to whom it is for. */

import { isNothingToSay, type RunOverrides } from "@skykoi/agent";
import { fault, toFault } from "@skykoi/fault";

import type { GatewayContext } from "../context.ts";
import { mainSessionKey, type SessionAddress } from "../sessions/session-key.ts";
import type { JobOutcome } from "./after-run.ts";
import type { Announce } from "./announce.ts";
import type { IsolatedSessions } from "./isolated-sessions.ts";
import type { Claim, Job } from "./job.ts";
import { readOutcome } from "./run-outcome.ts";
import type { RunJob } from "./scheduler.ts";

export interface JobRunnerOptions extends Pick<
  GatewayContext,
  "resolve" | "inbox" | "ends" | "store" | "systemEvents" | "now" | "log"
> {
  readonly isolated: IsolatedSessions;
  readonly announce: Announce;
}

/** A run ends long before, by its own limit; it may have to wait for others. */
const MAX_WAIT_MS = 86_400_000;
/** How long a run that is not accepted, by a full queue or disk, is tried again. */
const MAX_RETRY_MS = 3_600_000;

export const createJobRunner = (options: JobRunnerOptions): RunJob => {
  const { resolve, inbox, ends, store, isolated, now } = options;

  const run: RunJob = async (job, claim, signal) => {
    const address = resolve(sessionKeyOf(job, isolated));
    if (job.sessionTarget === "main" && job.wakeMode === "next-heartbeat") {
      await (await options.systemEvents()).add({ id: claim.runId, sessionKey: address.key, text: textOf(job) });
      return { status: "ok", costUsd: 0, sessionKey: address.key, deliveryStatus: "not-requested" };
    }
    if (job.sessionTarget === "isolated") await isolated.begin(address, claim.runId);
    const accepted = await accept(job, claim, address);
    if (accepted === undefined) return undefined;
    if (accepted !== "ok") {
      const end = await ends.wait(claim.runId, { timeoutMs: MAX_WAIT_MS, signal });
      if (!end) return undefined;
    }
    const outcome = await readOutcome(store, address, claim.runId);
    if (job.sessionTarget === "isolated") await tidy(address);
    return deliver(job, claim, outcome);
  };

  /** Old conversations are no reason for a run to fail. */
  const tidy = async (address: SessionAddress): Promise<void> => {
    try {
      await isolated.keepNewest(address);
    } catch (thrown) {
      options.log.warn("old sessions of a job not put aside", { sessionKey: address.key, error: thrown });
    }
  };

  const accept = async (job: Job, { runId, claimedAtMs }: Claim, address: SessionAddress) => {
    try {
      return await inbox.accept({
        address,
        runId,
        text: textOf(job),
        origin: { kind: "cron", label: job.name },
        overrides: overridesOf(job),
      });
    } catch (thrown) {
      const { retryable } = toFault(thrown);
      if (retryable && now() - claimedAtMs < MAX_RETRY_MS) return undefined;
      throw thrown;
    }
  };

  const deliver = async (job: Job, claim: Claim, outcome: JobOutcome): Promise<JobOutcome> => {
    if (job.delivery.mode !== "announce" || job.sessionTarget === "main") return outcome;
    const text = outcome.status === "error" ? `“${job.name}” failed: ${outcome.error}` : (outcome.summary ?? "");
    if (isNothingToSay(text)) return outcome;
    const { channel, to } = job.delivery;
    const id = `${claim.runId}:announce`;
    const delivered = await options.announce({
      id,
      agentId: job.agentId,
      text,
      model: outcome.model ?? "",
      ...(channel !== undefined && { channel }),
      ...(to !== undefined && { to }),
    });
    if (delivered.ok) return { ...outcome, deliveryStatus: "delivered" };
    const undelivered = { ...outcome, deliveryStatus: "not-delivered" as const };
    if (job.delivery.bestEffort === true || outcome.status === "error") return undelivered;
    return { ...undelivered, status: "error", error: delivered.reason };
  };

  return run;
};

const sessionKeyOf = (job: Job, isolated: IsolatedSessions): string => {
  if (job.sessionTarget === "main") return mainSessionKey(job.agentId);
  return job.sessionTarget === "isolated" ? isolated.keyOf(job) : job.sessionTarget.slice("session:".length);
};

const textOf = ({ payload }: Job): string => (payload.kind === "agentTurn" ? payload.message : payload.text);

const THINKING = ["off", "low", "medium", "high"] as const;

/** Throws INVALID_REQUEST for a thinking level that does not exist. */
const overridesOf = ({ payload }: Job): RunOverrides => {
  const tools = payload.toolsAllow && { toolsAllow: payload.toolsAllow };
  if (payload.kind !== "agentTurn") return { ...tools };
  const thinking = THINKING.find((level) => level === payload.thinking);
  if (payload.thinking !== undefined && !thinking) {
    throw fault("INVALID_REQUEST", { message: `thinking must be one of ${THINKING.join(", ")}.` });
  }
  const { model, fallbacks, lightContext = false, timeoutSeconds = 0 } = payload;
  return {
    ...(model !== undefined && { model }),
    ...(fallbacks && { fallbacks }),
    ...(lightContext && { lightContext }),
    ...(thinking && { thinking }),
    ...(timeoutSeconds > 0 && { timeoutMs: Math.round(timeoutSeconds * 1000) }),
    ...tools,
  };
};
