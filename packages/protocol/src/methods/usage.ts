/** Methods about what the agent has used and spent. */

import { Type } from "typebox";

import { closed, count, timestamp } from "../closed.ts";
import { method } from "../method.ts";

const usd = () => Type.Number({ minimum: 0 });
const date = () => Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" });

const sums = {
  calls: count(),
  input: count(),
  output: count(),
  cacheRead: count(),
  cacheWrite: count(),
  totalTokens: count(),
  /** US dollars; a call under way counts with the most it can cost. */
  totalCost: usd(),
  /** Always 0: a call without a price costs nothing. */
  missingCostEntries: count(),
};
const NOTHING = {
  calls: 0,
  input: 0,
  output: 0,
  cacheRead: 0,
  cacheWrite: 0,
  totalTokens: 0,
  totalCost: 0,
  missingCostEntries: 0,
};

const named = closed({ name: Type.String(), ...sums });

const limit = closed({
  limitUsd: usd(),
  /** Spent and set aside. Not for runs: each has its own. */
  usedUsd: Type.Optional(usd()),
});

export const usageMethods = {
  "usage.cost": method({
    scope: "operator.read",
    summary: "What was used and spent: by day in the user's time zone, and in all by session, model and job.",
    params: closed({
      /** Default 30, today included. */
      days: Type.Optional(Type.Integer({ minimum: 1, maximum: 3660 })),
      startDate: Type.Optional(date()),
      endDate: Type.Optional(date()),
      agentId: Type.Optional(Type.String({ maxLength: 64 })),
      mode: Type.Optional(Type.String({ maxLength: 32 })),
      utcOffset: Type.Optional(Type.String({ maxLength: 16 })),
    }),
    result: closed({
      updatedAt: timestamp(),
      days: count(),
      daily: Type.Array(closed({ date: date(), ...sums })),
      totals: closed(sums),
      /** The dearest first, at most 50 each. */
      bySession: Type.Array(named),
      byModel: Type.Array(named),
      byJob: Type.Array(named),
    }),
    example: {
      params: { days: 7 },
      result: {
        updatedAt: 1_767_225_600_000,
        days: 7,
        daily: [{ date: "2026-01-01", ...NOTHING }],
        totals: NOTHING,
        bySession: [],
        byModel: [],
        byJob: [],
      },
    },
  }),
  "usage.status": method({
    scope: "operator.read",
    summary: "The spend limits and how far each is used.",
    params: closed({}),
    result: closed({
      updatedAt: timestamp(),
      /** Quotas of subscription providers, which this gateway has none of. */
      providers: Type.Array(Type.Unknown()),
      limits: closed({ run: limit, day: limit, month: limit }),
    }),
    example: {
      params: {},
      result: {
        updatedAt: 1_767_225_600_000,
        providers: [],
        limits: {
          run: { limitUsd: 5 },
          day: { limitUsd: 25, usedUsd: 0.42 },
          month: { limitUsd: 200, usedUsd: 3.1 },
        },
      },
    },
  }),
} as const;
