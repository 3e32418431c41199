/** The money fuse: a model call happens only when its worst case still fits into every limit. */

import type { PlannedCall, SpendDecision, SpendPort, SpentCall } from "@skykoi/agent";
import { fault, type Fault } from "@skykoi/fault";
import type { Logger } from "@skykoi/log";

import type { Metrics } from "../metrics/metrics.ts";
import { daysBefore, monthOf, type Calendar } from "./calendar.ts";
import { toNanoUsd, toUsd } from "./usage-schema.ts";
import { openUsageStore, type UsageStore } from "./usage-store.ts";

/** US dollars. */
export interface SpendLimits {
  readonly maxUsdPerRun: number;
  readonly maxUsdPerDay: number;
  readonly maxUsdPerMonth: number;
}

export interface SpendLedgerOptions {
  readonly home: string;
  readonly limits: () => SpendLimits;
  readonly calendar: Calendar;
  readonly metrics: Pick<Metrics, "add" | "observe">;
  readonly now: () => number;
  readonly log: Logger;
}

export interface SpendLedger extends SpendPort {
  /** What is spent and reserved, in billionths of a dollar. */
  today(): { readonly day: string; readonly dayNanoUsd: number; readonly monthNanoUsd: number };
  /** Opened on first use: most starts spend nothing. Throws STORAGE_FAILED. */
  store(): UsageStore;
  close(): void;
}

/** Calls are kept one by one for so long, then as sums of a day. */
const DETAIL_DAYS = 92;

export const createSpendLedger = ({ home, limits, calendar, metrics, now, log }: SpendLedgerOptions): SpendLedger => {
  let opened: UsageStore | undefined;
  let rolledUpOn: string | undefined;

  const store = (): UsageStore => (opened ??= openUsageStore(home));

  /** Once a day, with the first call of it. */
  const keepSmall = (day: string): void => {
    if (rolledUpOn === day) return;
    store().rollUp(daysBefore(day, DETAIL_DAYS));
    rolledUpOn = day;
  };

  const refusalOf = ({ runId, rootRunId = runId }: PlannedCall, worst: number, day: string): Fault | undefined => {
    const { maxUsdPerRun, maxUsdPerDay, maxUsdPerMonth } = limits();
    const budgets: readonly Budget[] = [
      { name: "a run", key: "maxUsdPerRun", maxUsd: maxUsdPerRun, used: () => store().ofRun(rootRunId) },
      { name: "a day", key: "maxUsdPerDay", maxUsd: maxUsdPerDay, used: () => store().ofSpan({ from: day, to: day }) },
      { name: "a month", key: "maxUsdPerMonth", maxUsd: maxUsdPerMonth, used: () => store().ofSpan(monthOf(day)) },
    ];
    for (const budget of budgets) {
      const used = budget.used();
      if (used + worst > toNanoUsd(budget.maxUsd)) return limitReached(budget, used, worst);
    }
    return undefined;
  };

  // Nothing in here waits between looking and writing: that makes it safe for sessions that run at the same time.
  const reserve = (call: PlannedCall): SpendDecision => {
    const at = now();
    const day = calendar.day(at);
    const worst = toNanoUsd(call.worstCaseUsd);
    if (worst > 0) {
      const refusal = refusalOf(call, worst, day);
      if (refusal) return { allowed: false, fault: refusal };
      store().reserve(call, at, day);
    }
    return {
      allowed: true,
      reservation: {
        settle: async (spent) => {
          countCall(metrics, call, spent);
          try {
            keepSmall(day);
            store().settle(call, at, day, spent);
          } catch (thrown) {
            // The reservation stands, so that no limit is passed; the answer is there and is not thrown away.
            log.error("a model call could not be recorded", { runId: call.runId, error: thrown });
          }
        },
      },
    };
  };

  return {
    reserve: async (call) => reserve(call),
    today: () => {
      const day = calendar.day(now());
      return {
        day,
        dayNanoUsd: store().ofSpan({ from: day, to: day }),
        monthNanoUsd: store().ofSpan(monthOf(day)),
      };
    },
    store,
    close: () => {
      opened?.close();
      opened = undefined;
    },
  };
};

const countCall = (
  metrics: Pick<Metrics, "add" | "observe">,
  { model }: PlannedCall,
  { usage, costUsd, durationMs }: SpentCall,
): void => {
  metrics.observe("skykoi_model_call_duration_seconds", durationMs / 1000, { model });
  metrics.add("skykoi_cost_usd_total", costUsd, { model });
  metrics.add("skykoi_tokens_total", usage.inputTokens, { model, kind: "input" });
  metrics.add("skykoi_tokens_total", usage.outputTokens, { model, kind: "output" });
  metrics.add("skykoi_tokens_total", usage.cacheReadTokens, { model, kind: "cache_read" });
  metrics.add("skykoi_tokens_total", usage.cacheWriteTokens, { model, kind: "cache_write" });
};

interface Budget {
  readonly name: string;
  readonly key: string;
  readonly maxUsd: number;
  readonly used: () => number;
}

const limitReached = ({ name, key, maxUsd }: Budget, used: number, worst: number): Fault =>
  fault("SPEND_LIMIT_REACHED", {
    message:
      `The limit of ${dollars(maxUsd)} ${name} does not allow the next step: ${dollars(toUsd(used))} are spent or set aside, ` +
      `and it may cost up to ${dollars(toUsd(worst))}. An administrator of this agent can raise limits.${key}.`,
    details: { limit: key, limitUsd: maxUsd, usedUsd: toUsd(used), worstCaseUsd: toUsd(worst) },
  });

/** Cents, and more digits for what is less than a cent. */
const dollars = (usd: number): string => `$${usd >= 0.01 || usd === 0 ? usd.toFixed(2) : usd.toPrecision(2)}`;
