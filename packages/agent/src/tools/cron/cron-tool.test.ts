import { fault } from "@skykoi/fault";
import { describe, expect, it } from "vitest";

import { ORIGIN } from "../../testing/scene.ts";
import type { CronOperations, ScheduledJob } from "./cron-operations.ts";
import { createCronTool } from "./cron-tool.ts";

const JOB: ScheduledJob = {
  id: "b3f1",
  name: "Report",
  enabled: true,
  isRunning: false,
  schedule: { kind: "cron", expr: "0 8 * * 1-5" },
  place: "isolated",
  message: "Write the report.",
  nextRunsMs: [Date.parse("2026-03-27T07:00:00Z"), Date.parse("2026-03-30T06:00:00Z")],
};

const bench = (jobs: readonly ScheduledJob[] = [JOB]) => {
  const asked: unknown[] = [];
  const operations: CronOperations = {
    timeZone: () => "Europe/Berlin",
    status: async () => ({ enabled: true, nextWakeAtMs: JOB.nextRunsMs[0] }),
    list: async () => jobs,
    add: async (_run, request) => {
      asked.push(request);
      return { ...JOB, ...request };
    },
    update: async (_run, id, change) => {
      if (id !== JOB.id) throw fault("NOT_FOUND", { message: `There is no scheduled job "${id}".` });
      asked.push(change);
      return { ...JOB, ...change };
    },
    remove: async () => undefined,
    run: async () => "already-running",
  };
  const context = { run: ORIGIN, toolCallId: "t", signal: new AbortController().signal, update: () => undefined };
  const tool = createCronTool(operations);
  return { asked, call: (input: unknown) => tool.execute(input, context) };
};

describe("the cron tool", () => {
  it("shows jobs in words, their next runs on the person's clock over a change of clocks", async () => {
    const { text } = await bench().call({ action: "list" });
    expect(text).toContain('b3f1 "Report": at "0 8 * * 1-5", in a conversation of its own.');
    expect(text).toMatch(/Next: Fri,? 27 Mar 2026,? 08:00 CET; Mon,? 30 Mar 2026,? 08:00 CEST\./);
    expect((await bench([]).call({ action: "list" })).text).toBe("Nothing is scheduled.");
    expect((await bench().call({ action: "status" })).text).toMatch(
      /^Scheduled jobs are run at their times\. Next: Fri/,
    );
  });

  it.each([
    [{ at: "20m" }, { kind: "at", at: "20m" }, "once"],
    [{ every: "90m" }, { kind: "every", everyMs: 5_400_000 }, "every 90 minutes"],
    [{ every: "1d" }, { kind: "every", everyMs: 86_400_000 }, "every day"],
    [
      { cron: "0 8 * * *", tz: "Asia/Tokyo" },
      { kind: "cron", expr: "0 8 * * *", tz: "Asia/Tokyo" },
      "clock of Asia/Tokyo",
    ],
  ])("adds a job with %j", async (when, schedule, words) => {
    const { asked, call } = bench();
    const answer = await call({ action: "add", name: "Tea", message: "Remind of the tea.", ...when });
    expect(asked).toEqual([{ name: "Tea", message: "Remind of the tea.", place: "here", schedule }]);
    expect(answer).toMatchObject({ isError: false, text: expect.stringContaining(words) });
  });

  it("changes only what is named", async () => {
    const { asked, call } = bench();
    expect((await call({ action: "update", id: "b3f1", enabled: false })).text).toContain("It is switched off.");
    await call({ action: "update", id: "b3f1", every: "2h" });
    expect(asked).toEqual([{ enabled: false }, { schedule: { kind: "every", everyMs: 7_200_000 } }]);
    expect((await call({ action: "remove", id: "b3f1" })).text).toBe("The job b3f1 is removed.");
    expect((await call({ action: "run", id: "b3f1" })).text).toBe("The job b3f1 is running already.");
  });

  it.each([
    [{ action: "add", name: "Tea", message: "x" }, /Say when/],
    [{ action: "add", name: "Tea", at: "20m" }, /needs a name and a message/],
    [{ action: "add", name: "Tea", message: "x", at: "20m", every: "1h" }, /only one of/],
    [{ action: "add", name: "Tea", message: "x", every: "often" }, /not a duration/],
    [{ action: "remove" }, /Name the job by its id/],
    [{ action: "update", id: "none", enabled: true }, /There is no scheduled job "none"/],
    [{ action: "cancel" }, /action/],
  ])("says what is wrong with %j", async (input, expected) => {
    expect(await bench().call(input)).toMatchObject({ isError: true, text: expect.stringMatching(expected) });
  });
});
