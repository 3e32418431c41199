import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";

import type { PlannedCall, Reservation, SpentCall } from "@skykoi/agent";
import { silentLogger } from "@skykoi/log";
import { NO_USAGE } from "@skykoi/model";
import * as fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";

import { createMetrics } from "../metrics/metrics.ts";
import { createCalendar } from "./calendar.ts";
import { createSpendLedger, type SpendLimits } from "./spend-ledger.ts";
import { toUsd } from "./usage-schema.ts";

const NOON = Date.UTC(2026, 0, 31, 12);
const DAY_MS = 86_400_000;

const temporaryHome = (): string => {
  const home = mkdtempSync(join(tmpdir(), "koi-usage-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return home;
};

const scene = ({ home = temporaryHome(), limits = {}, timeZone = "UTC", at = NOON } = {}) => {
  const clock = { at };
  const allowed: SpendLimits = { maxUsdPerRun: 100, maxUsdPerDay: 100, maxUsdPerMonth: 100, ...limits };
  const calendar = createCalendar(() => timeZone);
  const metrics = createMetrics();
  const ledger = createSpendLedger({
    home,
    limits: () => allowed,
    calendar,
    metrics,
    now: () => clock.at,
    log: silentLogger,
  });
  onTestFinished(() => ledger.close());
  let last = 0;
  const reserve = (worstCaseUsd: number, more: Partial<PlannedCall> = {}) =>
    ledger.reserve({ callId: `${home}/${++last}`, runId: "r", worstCaseUsd, ...CALL, ...more });
  return { home, clock, ledger, reserve };
};

const CALL = { agentId: "main", sessionKey: "agent:main:main", sessionId: "ses_1", model: "lab/tiny" };
const spent = (costUsd: number, more: Partial<SpentCall> = {}): SpentCall => ({
  usage: { ...NO_USAGE, inputTokens: 10, outputTokens: 2 },
  costUsd,
  durationMs: 5,
  estimated: false,
  ...more,
});
const reservationOf = (decision: Awaited<ReturnType<ReturnType<typeof scene>["reserve"]>>): Reservation => {
  if (!decision.allowed) throw decision.fault;
  return decision.reservation;
};

describe("a limit", () => {
  it.each([
    ["maxUsdPerRun", "a run"],
    ["maxUsdPerDay", "a day"],
    ["maxUsdPerMonth", "a month"],
  ])("%s refuses the call whose worst case does not fit, and says who can raise it", async (key, name) => {
    const { reserve } = scene({ limits: { [key]: 1 } });
    expect(await reserve(0.75)).toMatchObject({ allowed: true });
    expect(await reserve(0.5)).toMatchObject({
      allowed: false,
      fault: {
        code: "SPEND_LIMIT_REACHED",
        message: expect.stringMatching(
          new RegExp(`limit of \\$1.00 ${name} .*\\$0.75 are spent .*up to \\$0.50.*administrator.*limits.${key}`),
        ),
        details: { limit: key, limitUsd: 1, usedUsd: 0.75, worstCaseUsd: 0.5 },
      },
    });
    expect(await reserve(0.25)).toMatchObject({ allowed: true });
  });

  it("of 0 allows what costs nothing and nothing else", async () => {
    const { reserve } = scene({ limits: { maxUsdPerDay: 0 } });
    expect(await reserve(0)).toMatchObject({ allowed: true });
    expect(await reserve(0.000_000_001)).toMatchObject({ allowed: false });
  });

  it("has room again for what a call did not need", async () => {
    const { reserve } = scene({ limits: { maxUsdPerDay: 1 } });
    const reservation = reservationOf(await reserve(1));
    await reservation.settle(spent(0.25));
    await reservation.settle(spent(0));
    expect(await reserve(0.75)).toMatchObject({ allowed: true });
    expect(await reserve(0.01)).toMatchObject({ allowed: false });
  });

  it("of a run is that of the run that began the work, for all who work on it, also after a restart", async () => {
    const { home, reserve, ledger } = scene({ limits: { maxUsdPerRun: 1 } });
    expect(await reserve(0.5, { runId: "root" })).toMatchObject({ allowed: true });
    expect(await reserve(0.25, { runId: "child", rootRunId: "root" })).toMatchObject({ allowed: true });
    ledger.close();
    const again = scene({ home, limits: { maxUsdPerRun: 1 } });
    const call = { callId: "late", ...CALL, worstCaseUsd: 0.5 };
    expect(await again.ledger.reserve({ ...call, runId: "other child", rootRunId: "root" })).toMatchObject({
      allowed: false,
      fault: { details: { limit: "maxUsdPerRun", usedUsd: 0.75 } },
    });
    expect(await again.ledger.reserve({ ...call, runId: "child" })).toMatchObject({ allowed: true });
  });

  it("holds for calls that an earlier version wrote down", async () => {
    const { home, ledger, reserve } = scene({ limits: { maxUsdPerRun: 1 } });
    await reserve(0.75, { runId: "old" });
    ledger.close();
    const db = new DatabaseSync(join(home, "usage.db"));
    db.exec("DROP INDEX calls_root_run; ALTER TABLE calls DROP COLUMN rootRunId; PRAGMA user_version = 1");
    db.close();
    const again = scene({ home, limits: { maxUsdPerRun: 1 } });
    expect(await again.reserve(0.5, { runId: "old" })).toMatchObject({ allowed: false });
    expect(await again.reserve(0.5, { runId: "new" })).toMatchObject({ allowed: true });
  });

  it("of a day starts afresh at midnight of the user, that of a month on its first day", async () => {
    const { reserve, clock } = scene({
      limits: { maxUsdPerRun: 9, maxUsdPerDay: 1, maxUsdPerMonth: 2 },
      timeZone: "America/New_York",
      at: Date.UTC(2026, 0, 31, 4),
    });
    expect(await reserve(1)).toMatchObject({ allowed: true });
    clock.at = Date.UTC(2026, 0, 31, 4, 59);
    expect(await reserve(1)).toMatchObject({ allowed: false, fault: { details: { limit: "maxUsdPerDay" } } });
    clock.at = Date.UTC(2026, 0, 31, 5, 1);
    expect(await reserve(1)).toMatchObject({ allowed: true });
    clock.at = Date.UTC(2026, 1, 1, 4, 59);
    expect(await reserve(0.5)).toMatchObject({ allowed: false, fault: { details: { limit: "maxUsdPerDay" } } });
    clock.at = Date.UTC(2026, 1, 1, 5, 1);
    expect(await reserve(1)).toMatchObject({ allowed: true });
  });
});

describe("spent and reserved money", () => {
  it("never exceeds a limit, whatever runs, settles or crashes at the same time", async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant("reserve" as const), run: fc.nat(3), cents: fc.integer({ min: 0, max: 60 }) }),
      fc.record({ kind: fc.constant("settle" as const), which: fc.nat(20), share: fc.integer({ min: 0, max: 100 }) }),
      fc.record({ kind: fc.constant("crash" as const) }),
      fc.record({ kind: fc.constant("wait" as const), hours: fc.integer({ min: 1, max: 40 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const limits = { maxUsdPerRun: 1, maxUsdPerDay: 1.5, maxUsdPerMonth: 2 };
        const home = mkdtempSync(join(tmpdir(), "koi-usage-"));
        let { ledger, reserve, clock } = scene({ home, limits });
        let open: { readonly reservation: Reservation; readonly worst: number }[] = [];
        try {
          for (const one of steps) {
            if (one.kind === "reserve") {
              // All at once, as sessions do.
              const worst = one.cents / 100;
              const runs = [one.run, one.run + 1, one.run];
              const decisions = await Promise.all(runs.map((run) => reserve(worst, { runId: `r${run}` })));
              for (const decision of decisions) {
                if (decision.allowed) open.push({ reservation: decision.reservation, worst });
              }
            } else if (one.kind === "settle") {
              const [taken] = open.splice(one.which, 1);
              await taken?.reservation.settle(spent((taken.worst * one.share) / 100));
            } else if (one.kind === "wait") {
              clock.at += one.hours * 3_600_000;
            } else {
              // Nothing is said to the old one: its reservations stay open, as after kill -9.
              open = [];
              ledger.close();
              ({ ledger, reserve, clock } = scene({ home, limits, at: clock.at }));
            }
            const { dayNanoUsd, monthNanoUsd } = ledger.today();
            expect(toUsd(dayNanoUsd)).toBeLessThanOrEqual(1.5);
            expect(toUsd(monthNanoUsd)).toBeLessThanOrEqual(2);
            for (let run = 0; run < 5; run++) expect(toUsd(ledger.store().ofRun(`r${run}`))).toBeLessThanOrEqual(1);
          }
        } finally {
          ledger.close();
          rmSync(home, { recursive: true, force: true });
        }
      }),
      { numRuns: 60 },
    );
  });

  it("reserved by a process that was killed counts with its worst case, settled with its cost", async () => {
    const home = temporaryHome();
    const script = `
      const { createSpendLedger } = await import(${JSON.stringify(new URL("spend-ledger.ts", import.meta.url).href)});
      const ledger = createSpendLedger({
        home: ${JSON.stringify(home)}, now: () => ${NOON}, metrics: { add() {}, observe() {} }, log: { error: console.error },
        limits: () => ({ maxUsdPerRun: 9, maxUsdPerDay: 9, maxUsdPerMonth: 9 }),
        calendar: { day: () => "2026-01-31" },
      });
      const call = (callId) => ({ callId, runId: "r", worstCaseUsd: 2, ...${JSON.stringify(CALL)} });
      const first = await ledger.reserve(call("a"));
      await first.reservation.settle(${JSON.stringify(spent(0.5))});
      await ledger.reserve(call("b"));
      process.kill(process.pid, "SIGKILL");`;
    const killed = promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script]);
    await expect(killed).rejects.toMatchObject({ signal: "SIGKILL" });

    const { ledger, reserve } = scene({ home, limits: { maxUsdPerDay: 3 } });
    expect(toUsd(ledger.today().dayNanoUsd)).toBe(2.5);
    expect(await reserve(0.6)).toMatchObject({ allowed: false });
    expect(await reserve(0.5)).toMatchObject({ allowed: true });
  });

  it("is counted once for a call that is told twice", async () => {
    const { reserve, ledger } = scene();
    for (let time = 0; time < 2; time++) {
      await reservationOf(await reserve(0, { callId: "same" })).settle(spent(0.5));
    }
    expect(ledger.store().sums("model", { from: "2026-01-01", to: "2026-12-31" }, 9)).toEqual([
      {
        name: "lab/tiny",
        calls: 1,
        nanoUsd: 500_000_000,
        inputTokens: 10,
        outputTokens: 2,
        cacheReadTokens: 0,
        cacheWriteTokens: 0,
      },
    ]);
  });
});

describe("the record", () => {
  it("keeps its sums when old calls are rolled up", async () => {
    const { reserve, ledger, clock } = scene();
    for (let day = 0; day < 5; day++) {
      for (const runId of ["a", "b"]) await reservationOf(await reserve(0.1, { runId })).settle(spent(0.1));
      clock.at += DAY_MS;
    }
    const span = { from: "2026-01-01", to: "2026-12-31" };
    const before = (["day", "sessionKey", "model"] as const).map((by) => ledger.store().sums(by, span, 99));
    ledger.store().rollUp("2026-02-03");
    ledger.store().rollUp("2026-02-03");
    expect((["day", "sessionKey", "model"] as const).map((by) => ledger.store().sums(by, span, 99))).toEqual(before);
    expect(ledger.store().ofSpan(span)).toBe(2 * 2 * 100_000_000);
  });

  it("that is no database is said to be one that cannot be written", async () => {
    const { reserve } = scene({ home: "/dev/null" });
    await expect(reserve(1)).rejects.toMatchObject({
      code: "STORAGE_FAILED",
      message: expect.stringMatching(/spends cannot be written/),
    });
  });
});
