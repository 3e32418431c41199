/** Commands that wait for a person's word: each gets the first answer, or a refusal when nobody answers in time. */

import { randomUUID } from "node:crypto";

import type { ApprovalAnswer, ApprovalQuestion, Approvals } from "@skykoi/agent";
import { fault } from "@skykoi/fault";
import type { ApprovalRequest, ApprovalResolution } from "@skykoi/protocol";

export interface PendingApprovals extends Approvals {
  /** Oldest first. */
  list(): readonly ApprovalRequest[];
  /** Throws NOT_FOUND for one that is unknown, CONFLICT for one that has its answer. */
  resolve(id: string, decision: "allow-once" | "allow-always" | "deny"): void;
  /** Everything that waits is refused. */
  close(): void;
}

export interface PendingApprovalsOptions {
  readonly limitMs: number;
  readonly now: () => number;
  readonly requested: (request: ApprovalRequest) => void;
  readonly resolved: (resolution: ApprovalResolution) => void;
}

interface Waiting {
  readonly request: ApprovalRequest;
  readonly settle: (decision: ApprovalResolution["decision"]) => void;
}

/** Answered ones that are remembered, so that a second answer is told from a wrong id. */
const MAX_ANSWERED = 256;

export const createPendingApprovals = (options: PendingApprovalsOptions): PendingApprovals => {
  const { limitMs, now } = options;
  const waiting = new Map<string, Waiting>();
  const answered = new Map<string, ApprovalResolution["decision"]>();

  const remember = (id: string, decision: ApprovalResolution["decision"]): void => {
    answered.set(id, decision);
    const [oldest] = answered.keys();
    if (answered.size > MAX_ANSWERED && oldest !== undefined) answered.delete(oldest);
  };

  return {
    ask: (question, signal) =>
      new Promise<ApprovalAnswer>((resolve) => {
        const request = toRequest(question, now(), limitMs);
        const { id, sessionKey, runId } = request;
        const settle = (decision: ApprovalResolution["decision"]): void => {
          if (!waiting.delete(id)) return;
          clearTimeout(timer);
          signal.removeEventListener("abort", withdraw);
          remember(id, decision);
          options.resolved({ id, sessionKey, runId, decision });
          resolve(decision === "withdrawn" ? "expired" : decision);
        };
        const withdraw = (): void => settle("withdrawn");
        const timer = setTimeout(() => settle("expired"), limitMs);
        waiting.set(id, { request, settle });
        options.requested(request);
        signal.addEventListener("abort", withdraw, { once: true });
        if (signal.aborted) withdraw();
      }),
    list: () => [...waiting.values()].map(({ request }) => request),
    resolve: (id, decision) => {
      const found = waiting.get(id);
      if (found) {
        found.settle(decision);
        return;
      }
      const before = answered.get(id);
      if (before === undefined) throw fault("NOT_FOUND", { message: "No command waits for an answer under this id." });
      throw fault("CONFLICT", {
        message: `This command has its answer already: ${before}.`,
        details: { decision: before },
      });
    },
    close: () => {
      for (const { settle } of waiting.values()) settle("withdrawn");
    },
  };
};

const toRequest = (
  { command, directory, run, reasons, patterns }: ApprovalQuestion,
  nowMs: number,
  limitMs: number,
): ApprovalRequest => ({
  id: randomUUID(),
  command,
  directory,
  sessionKey: run.sessionKey,
  agentId: run.agentId,
  runId: run.runId,
  reasons: [...reasons],
  patterns: [...patterns],
  createdAt: nowMs,
  expiresAt: nowMs + limitMs,
});
