/** usage.db: one row a model call, written before the call and again after it; the only SQL about money. */

import { join } from "node:path";
import type { DatabaseSync, SQLInputValue } from "node:sqlite";

import type { PlannedCall, SpentCall } from "@skykoi/agent";
import { fault, type Fault } from "@skykoi/fault";

import { FROM_VERSION_1, SPAN, SUMS, toNanoUsd, USAGE_SCHEMA } from "./usage-schema.ts";

export interface UsageSums {
  readonly calls: number;
  readonly nanoUsd: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
}

type UsageDimension = "day" | "sessionKey" | "model" | "agentId";

export interface Span {
  /** `YYYY-MM-DD`, both included. */
  readonly from: string;
  readonly to: string;
}

/** All throw STORAGE_FAILED. */
export interface UsageStore {
  /** A call that costs something is there before it is made. */
  reserve(call: PlannedCall, at: number, day: string): void;
  /** Writes the same call once, however often it is told. */
  settle(call: PlannedCall, at: number, day: string, spent: SpentCall): void;
  /** What counts towards a limit: spent and reserved, in billionths of a dollar. */
  ofSpan(span: Span): number;
  /** With everything that counts against this run's limit. */
  ofRun(rootRunId: string): number;
  /** The dearest first; days in their order. */
  sums(by: UsageDimension, span: Span, limit: number): readonly (UsageSums & { readonly name: string })[];
  /** Calls before this day become one row a day, session and model. */
  rollUp(beforeDay: string): void;
  close(): void;
}

/**
 * Opens or creates it. A reservation whose process died keeps its worst case: nobody knows any more what the call came to.
 * The write-ahead log is not synced at every commit, so a killed process loses nothing and a power cut at most the last
 * calls, never the file.
 */
export const openUsageStore = (home: string): UsageStore => storing(() => open(join(home, "usage.db")));

const open = (path: string): UsageStore => {
  const { DatabaseSync: Database } = process.getBuiltinModule("node:sqlite");
  const db = new Database(path);
  const { user_version: version } = db.prepare("PRAGMA user_version").get() ?? {};
  if (version === 1) db.exec(FROM_VERSION_1);
  db.exec(USAGE_SCHEMA);
  db.exec("UPDATE calls SET state = 'lost' WHERE state = 'reserved'");

  const insert = db.prepare(`
    INSERT INTO calls (id, at, day, agentId, sessionKey, sessionId, runId, rootRunId, model, state, nanoUsd)
    VALUES (:callId, :at, :day, :agentId, :sessionKey, :sessionId, :runId, :rootRunId, :model, 'reserved', :nanoUsd)
    ON CONFLICT (id) DO NOTHING`);
  const update = db.prepare(`
    UPDATE calls SET state = 'settled', nanoUsd = :nanoUsd, inputTokens = :inputTokens, outputTokens = :outputTokens,
      cacheReadTokens = :cacheReadTokens, cacheWriteTokens = :cacheWriteTokens, durationMs = :durationMs,
      estimated = :estimated
    WHERE id = :callId AND state = 'reserved'`);
  const spanTotal = db.prepare("SELECT total(nanoUsd) AS total FROM calls WHERE day BETWEEN :from AND :to");
  const runTotal = db.prepare("SELECT total(nanoUsd) AS total FROM calls WHERE rootRunId = :rootRunId");

  const reserve: UsageStore["reserve"] = ({ worstCaseUsd, rootRunId, ...call }, at, day) =>
    storing(
      () => void insert.run({ ...call, rootRunId: rootRunId ?? call.runId, at, day, nanoUsd: toNanoUsd(worstCaseUsd) }),
    );

  return {
    reserve,
    settle: (call, at, day, { usage, costUsd, durationMs, estimated }) => {
      reserve(call, at, day);
      const nanoUsd = toNanoUsd(costUsd);
      storing(() => update.run({ callId: call.callId, nanoUsd, ...usage, durationMs, estimated: estimated ? 1 : 0 }));
    },
    ofSpan: (span) => storing(() => number(spanTotal.get({ ...span }), "total")),
    ofRun: (rootRunId) => storing(() => number(runTotal.get({ rootRunId }), "total")),
    sums: (by, span, limit) => {
      const order = by === "day" ? "name" : "nanoUsd DESC, name";
      const sql = `SELECT ${by} AS name, ${SUMS} FROM ${SPAN} GROUP BY ${by} ORDER BY ${order} LIMIT :limit`;
      return storing(() =>
        db
          .prepare(sql)
          .all({ ...span, limit })
          .map(sumsRow),
      );
    },
    rollUp: (beforeDay) => storing(() => rollUp(db, beforeDay)),
    close: () => db.close(),
  };
};

const rollUp = (db: DatabaseSync, beforeDay: string): void => {
  db.exec("BEGIN IMMEDIATE");
  try {
    const columns = "day, agentId, sessionKey, model";
    db.prepare(
      `INSERT INTO days SELECT ${columns}, count(*), sum(nanoUsd), sum(inputTokens), sum(outputTokens),
         sum(cacheReadTokens), sum(cacheWriteTokens) FROM calls WHERE day < :beforeDay AND state <> 'reserved'
       GROUP BY ${columns}
       ON CONFLICT (${columns}) DO UPDATE SET calls = calls + excluded.calls, nanoUsd = nanoUsd + excluded.nanoUsd,
         inputTokens = inputTokens + excluded.inputTokens, outputTokens = outputTokens + excluded.outputTokens,
         cacheReadTokens = cacheReadTokens + excluded.cacheReadTokens,
         cacheWriteTokens = cacheWriteTokens + excluded.cacheWriteTokens`,
    ).run({ beforeDay });
    db.prepare("DELETE FROM calls WHERE day < :beforeDay AND state <> 'reserved'").run({ beforeDay });
    db.exec("COMMIT");
  } catch (thrown) {
    db.exec("ROLLBACK");
    throw thrown;
  }
};

type Row = Readonly<Record<string, SQLInputValue>>;

const number = (row: Row | undefined, column: string): number => {
  const value = row?.[column];
  return typeof value === "number" ? value : 0;
};

const sumsRow = (row: Row) => ({
  name: typeof row["name"] === "string" ? row["name"] : "",
  calls: number(row, "calls"),
  nanoUsd: number(row, "nanoUsd"),
  inputTokens: number(row, "inputTokens"),
  outputTokens: number(row, "outputTokens"),
  cacheReadTokens: number(row, "cacheReadTokens"),
  cacheWriteTokens: number(row, "cacheWriteTokens"),
});

const storing = <T>(work: () => T): T => {
  try {
    return work();
  } catch (thrown) {
    throw storageFault(thrown);
  }
};

const storageFault = (cause: unknown): Fault =>
  fault("STORAGE_FAILED", {
    message: "The record of what the agent spends cannot be written; without it nothing may be spent.",
    detail: cause instanceof Error ? `usage.db: ${cause.message}` : "usage.db",
    cause,
  });
