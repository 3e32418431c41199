/** `usage.cost` and `usage.status`, read from the ledger. */

import { fault } from "@skykoi/fault";

import type { GatewayContext } from "../context.ts";
import type { Feature } from "../feature.ts";
import type { Handlers } from "../rpc/method-table.ts";
import { daysBefore } from "./calendar.ts";
import { toUsd } from "./usage-schema.ts";
import type { Span, UsageSums } from "./usage-store.ts";

type UsageSource = Pick<GatewayContext, "config" | "now" | "ledger" | "calendar">;
type UsageMethods = Pick<Handlers, "usage.cost" | "usage.status">;

const DEFAULT_DAYS = 30;
const MAX_DAYS = 3660;
const MAX_NAMES = 50;
const DAY_MS = 86_400_000;

export const createUsageFeature = (source: UsageSource): Feature<UsageMethods> => ({
  methods: answers(source),
  close: async () => source.ledger.close(),
});

const answers = ({ config, now, ledger, calendar }: UsageSource): UsageMethods => ({
  "usage.cost": ({ days = DEFAULT_DAYS, startDate, endDate }) => {
    const to = endDate ?? calendar.day(now());
    const span = { from: startDate ?? daysBefore(to, days - 1), to };
    const store = ledger.store();
    const bySession = store.sums("sessionKey", span, -1);
    return {
      updatedAt: now(),
      days: daysOf(span),
      daily: store.sums("day", span, -1).map(({ name, ...sums }) => ({ date: name, ...shown(sums) })),
      totals: shown(bySession.reduce<UsageSums>(add, NOTHING)),
      bySession: bySession.slice(0, MAX_NAMES).map(shownByName),
      byModel: store.sums("model", span, MAX_NAMES).map(shownByName),
      byJob: bySession
        .filter(({ name }) => name.startsWith(CRON))
        .slice(0, MAX_NAMES)
        .map(({ name, ...sums }) => ({ name: name.slice(CRON.length), ...shown(sums) })),
    };
  },

  "usage.status": () => {
    const { maxUsdPerRun, maxUsdPerDay, maxUsdPerMonth } = config.current().limits;
    const { dayNanoUsd, monthNanoUsd } = ledger.today();
    return {
      updatedAt: now(),
      providers: [],
      limits: {
        run: { limitUsd: maxUsdPerRun },
        day: { limitUsd: maxUsdPerDay, usedUsd: toUsd(dayNanoUsd) },
        month: { limitUsd: maxUsdPerMonth, usedUsd: toUsd(monthNanoUsd) },
      },
    };
  },
});

/** Sessions of jobs. */
const CRON = "cron:";

/** Throws INVALID_REQUEST for days that no calendar has, and for a span that ends before it begins. */
const daysOf = ({ from, to }: Span): number => {
  const days = Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;
  if (days >= 1 && days <= MAX_DAYS) return days;
  throw fault("INVALID_REQUEST", { message: "usage.cost: startDate and endDate must be days, the first one first" });
};

const NOTHING: UsageSums = {
  calls: 0,
  nanoUsd: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
};

const add = (a: UsageSums, b: UsageSums): UsageSums => ({
  calls: a.calls + b.calls,
  nanoUsd: a.nanoUsd + b.nanoUsd,
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
  cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
});

const shown = (sums: UsageSums) => ({
  calls: sums.calls,
  input: sums.inputTokens,
  output: sums.outputTokens,
  cacheRead: sums.cacheReadTokens,
  cacheWrite: sums.cacheWriteTokens,
  totalTokens: sums.inputTokens + sums.outputTokens + sums.cacheReadTokens + sums.cacheWriteTokens,
  totalCost: toUsd(sums.nanoUsd),
  missingCostEntries: 0,
});

const shownByName = ({ name, ...sums }: UsageSums & { readonly name: string }) => ({ name, ...shown(sums) });
