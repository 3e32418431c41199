import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";

import type { CronJob, EventPayload } from "@skykoi/protocol";
import { afterEach, expect, it } from "vitest";

import { openRawClient, type RawClient } from "../testing/raw-client.ts";
import { temporaryDirectory, TOKEN } from "../testing/test-gateway.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const SCRIPT = join(import.meta.dirname, "..", "testing", "gateway-process.ts");
const SESSION = "agent:main:ticks";

interface Life {
  readonly child: ChildProcess;
  readonly client: RawClient;
}

const startProcess = async (root: string): Promise<Life> => {
  const child = spawn(process.execPath, [SCRIPT, join(root, "home"), join(root, "koi"), "echo"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  cleanups.push(() => kill(child));
  const [url] = await once(createInterface({ input: child.stdout }), "line");
  const client = openRawClient(String(url), TOKEN);
  await client.connect();
  return { child, client };
};

const kill = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
};

const sees = ({ client }: Life, action: EventPayload<"cron">["action"]) =>
  client.until(
    `a job that has ${action}`,
    () => client.events.find(({ event, payload }) => event === "cron" && payload.action === action),
    30_000,
  );

/** A run that was cut off counts as a failure, after which the job would wait; setting its schedule again ends that. */
const goOn = async ({ client }: Life, id: string, schedule: CronJob["schedule"]): Promise<void> => {
  const isAtWork = async () => (await client.request("cron.list", {})).jobs[0]?.state.runningAtMs !== undefined;
  await expect.poll(isAtWork, { timeout: 30_000 }).toBe(false);
  await client.request("cron.update", { id, patch: { schedule } });
};

/** Where in a run the process dies. */
const MOMENTS = ["started", "finished", "started", "finished"] as const;

it("each slot of a job every second runs once, however often the process is killed", async () => {
  const root = await temporaryDirectory();
  cleanups.push(() => rm(root, { recursive: true, force: true }));
  const first = await startProcess(root);
  const { id, schedule } = await first.client.request("cron.add", {
    name: "Tick",
    schedule: { kind: "every", everyMs: 1000 },
    sessionTarget: `session:${SESSION}`,
    payload: { kind: "agentTurn", message: "tick" },
  });
  let life = first;
  for (const moment of MOMENTS) {
    await sees(life, moment);
    await kill(life.child);
    life = await startProcess(root);
    await goOn(life, id, schedule);
  }
  await sees(life, "finished");
  await life.client.request("cron.update", { id, patch: { enabled: false } });
  await expect.poll(async () => (await life.client.request("cron.status", {})).running, { timeout: 30_000 }).toBe(0);

  const { entries } = await life.client.request("cron.runs", { id, limit: 200 });
  const recorded = entries.map(({ runId }) => runId).toSorted();
  const { messages } = await life.client.request("chat.history", { sessionKey: SESSION, limit: 500 });
  const runIdsOf = (role: string) =>
    messages
      .flatMap((message) => (message.role === role && message.runId !== undefined ? [message.runId] : []))
      .toSorted();
  // Everything recorded was asked once, nothing was asked that is not recorded, nothing was answered twice.
  expect(recorded.length).toBeGreaterThan(2);
  expect(runIdsOf("user")).toEqual(recorded);
  expect(new Set(runIdsOf("assistant")).size).toBe(runIdsOf("assistant").length);
  const anchorMs = schedule.kind === "every" ? (schedule.anchorMs ?? 0) : 0;
  for (const { runId, runAtMs } of entries) {
    expect(runId).toBe(`cron:${id}:${runAtMs}`);
    expect((runAtMs - anchorMs) % 1000).toBe(0);
  }
}, 120_000);
