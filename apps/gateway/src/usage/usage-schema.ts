/** The tables of usage.db. Money is counted in whole billionths of a dollar, so that sums are exact. */

/** `nanoUsd` is what a call counts for: its worst case while it is reserved, and for ever if a crash took its end. */
export const USAGE_SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA busy_timeout = 2000;
  CREATE TABLE IF NOT EXISTS calls (
    id TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    day TEXT NOT NULL,
    agentId TEXT NOT NULL,
    sessionKey TEXT NOT NULL,
    sessionId TEXT NOT NULL,
    runId TEXT NOT NULL,
    rootRunId TEXT NOT NULL,
    model TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('reserved', 'settled', 'lost')),
    nanoUsd INTEGER NOT NULL,
    inputTokens INTEGER NOT NULL DEFAULT 0,
    outputTokens INTEGER NOT NULL DEFAULT 0,
    cacheReadTokens INTEGER NOT NULL DEFAULT 0,
    cacheWriteTokens INTEGER NOT NULL DEFAULT 0,
    durationMs INTEGER NOT NULL DEFAULT 0,
    estimated INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX IF NOT EXISTS calls_day ON calls (day, nanoUsd);
  CREATE INDEX IF NOT EXISTS calls_root_run ON calls (rootRunId, nanoUsd);
  CREATE TABLE IF NOT EXISTS days (
    day TEXT NOT NULL,
    agentId TEXT NOT NULL,
    sessionKey TEXT NOT NULL,
    model TEXT NOT NULL,
    calls INTEGER NOT NULL,
    nanoUsd INTEGER NOT NULL,
    inputTokens INTEGER NOT NULL,
    outputTokens INTEGER NOT NULL,
    cacheReadTokens INTEGER NOT NULL,
    cacheWriteTokens INTEGER NOT NULL,
    PRIMARY KEY (day, agentId, sessionKey, model)
  ) STRICT;
  PRAGMA user_version = 2;
`;

/** Version 1 knew of no work that counts against the limit of another run. */
export const FROM_VERSION_1 = `
  BEGIN IMMEDIATE;
  ALTER TABLE calls ADD COLUMN rootRunId TEXT NOT NULL DEFAULT '';
  UPDATE calls SET rootRunId = runId;
  DROP INDEX IF EXISTS calls_run;
  PRAGMA user_version = 2;
  COMMIT;
`;

const NANO = 1_000_000_000;

/** Rounded up, so that nothing is forgotten below the smallest unit. */
export const toNanoUsd = (usd: number): number => Math.ceil(usd * NANO);
export const toUsd = (nanoUsd: number): number => nanoUsd / NANO;

/** The columns of a report, over rows of calls and of rolled-up days alike. */
export const SUMS = `
  sum(calls) AS calls, sum(nanoUsd) AS nanoUsd, sum(inputTokens) AS inputTokens, sum(outputTokens) AS outputTokens,
  sum(cacheReadTokens) AS cacheReadTokens, sum(cacheWriteTokens) AS cacheWriteTokens`;

/** Everything known about a span of days, from both tables. */
export const SPAN = `
  (SELECT day, agentId, sessionKey, model, 1 AS calls, nanoUsd, inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens
     FROM calls WHERE day BETWEEN :from AND :to
   UNION ALL
   SELECT day, agentId, sessionKey, model, calls, nanoUsd, inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens
     FROM days WHERE day BETWEEN :from AND :to)`;
