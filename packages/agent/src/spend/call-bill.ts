/** The bill of one model call: opened before the call is made, closed exactly once, however the call ends. */

import { randomUUID } from "node:crypto";

import type { Fault } from "@skykoi/fault";
import { NO_USAGE, outputLimit, type ModelRequest, type Usage } from "@skykoi/model";

import type { TurnOptions } from "../port.ts";
import type { SpentCall } from "./spend-port.ts";

type BilledTurn = Pick<
  TurnOptions,
  "spend" | "worstCaseUsd" | "costUsd" | "model" | "transcript" | "runId" | "agentId" | "sessionKey"
> & { readonly now: () => number };

export interface CallBill {
  /** The provider said what it used. */
  answered(usage: Usage): Promise<void>;
  /** Does nothing after `answered`. `cause`: why the call failed; undefined when it was stopped. */
  brokeOff(shownCharacters: number, cause: Fault | undefined): Promise<void>;
}

export type OpenedBill = { readonly ok: true; readonly bill: CallBill } | { readonly ok: false; readonly fault: Fault };

/** Throws STORAGE_FAILED. */
export const openBill = async (turn: BilledTurn, request: ModelRequest): Promise<OpenedBill> => {
  const { spend, worstCaseUsd, runId, agentId, sessionKey, transcript, model } = turn;
  if (!spend) return { ok: true, bill: FREE };
  const planned = { runId, agentId, sessionKey, sessionId: transcript.sessionId, model: model.info.ref };
  const decision = await spend.reserve({
    ...planned,
    callId: randomUUID(),
    worstCaseUsd: worstCaseUsd?.(request, outputLimit(model.info, request), model.info) ?? 0,
  });
  if (!decision.allowed) return { ok: false, fault: decision.fault };

  const startedAt = turn.now();
  let closed = false;
  const close = async (spent: Omit<SpentCall, "durationMs">): Promise<void> => {
    if (closed) return;
    closed = true;
    const durationMs = Math.max(0, Math.round(turn.now() - startedAt));
    await decision.reservation.settle({ ...spent, durationMs });
  };

  return {
    ok: true,
    bill: {
      answered: (usage) => close({ usage, costUsd: turn.costUsd(usage, model.info.ref), estimated: false }),
      brokeOff: (shownCharacters, cause) => {
        const free = shownCharacters === 0 && cause !== undefined && REFUSALS.has(cause.code);
        // No model says more tokens than characters.
        const costUsd = free ? 0 : (worstCaseUsd?.(request, shownCharacters, model.info) ?? 0);
        return close({ usage: NO_USAGE, costUsd, estimated: true });
      },
    },
  };
};

const FREE: CallBill = { answered: async () => undefined, brokeOff: async () => undefined };

/** Answers of a provider that did no work. */
const REFUSALS: ReadonlySet<string> = new Set([
  "MODEL_NOT_FOUND",
  "MODEL_AUTH_FAILED",
  "MODEL_THROTTLED",
  "MODEL_OVERLOADED",
  "MODEL_REQUEST_REFUSED",
  "MODEL_CONTEXT_TOO_LONG",
]);
