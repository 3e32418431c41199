/** The money fuse as the loop sees it: nothing is asked of a model before its worst case is set aside. */

import type { Fault } from "@skykoi/fault";
import type { Usage } from "@skykoi/model";

export interface PlannedCall {
  /** Unique for ever: the ledger knows each call once. */
  readonly callId: string;
  readonly runId: string;
  /** The run whose limit counts, when it is another: a sub-agent's calls are those of the run that began the work. */
  readonly rootRunId?: string;
  readonly agentId: string;
  /** The full session key. */
  readonly sessionKey: string;
  readonly sessionId: string;
  /** The model reference. */
  readonly model: string;
  /** US dollars. */
  readonly worstCaseUsd: number;
}

export interface SpentCall {
  readonly usage: Usage;
  /** US dollars. */
  readonly costUsd: number;
  readonly durationMs: number;
  /** The call broke off, so that its provider never said what it used. */
  readonly estimated: boolean;
}

export interface Reservation {
  /** What the call came to takes the place of its worst case. A second call changes nothing. Never rejects. */
  settle(spent: SpentCall): Promise<void>;
}

export type SpendDecision =
  | { readonly allowed: true; readonly reservation: Reservation }
  /** SPEND_LIMIT_REACHED: which limit, and who can raise it. */
  | { readonly allowed: false; readonly fault: Fault };

export interface SpendPort {
  /** Resolves when the reservation outlives a crash of the process. Throws STORAGE_FAILED. */
  reserve(call: PlannedCall): Promise<SpendDecision>;
}
