import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { ModelRequest } from "@skykoi/model";
import type { EventPayload } from "@skykoi/protocol";
import { afterEach, describe, expect, it } from "vitest";

import type { RawClient } from "../testing/raw-client.ts";
import { echo, finish, say, scriptedCatalog, type Script } from "../testing/scripted-catalog.ts";
import { KEPT_SESSIONS } from "./isolated-sessions.ts";
import { startTestGateway, temporaryDirectory, type TestGatewayOptions } from "../testing/test-gateway.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const start = async (options: TestGatewayOptions = {}) => {
  const test = await startTestGateway(options);
  cleanups.push(() => test.stop());
  return { ...test, client: await test.client() };
};

const temporaryHome = async (): Promise<string> => {
  const root = await temporaryDirectory();
  cleanups.push(() => rm(root, { recursive: true, force: true }));
  return join(root, "home");
};

const cronEvents = (client: RawClient): EventPayload<"cron">[] =>
  client.events.flatMap(({ event, payload }) => (event === "cron" ? [payload] : []));

const finished = (client: RawClient, runId: string) =>
  client.until(`the end of ${runId}`, () =>
    cronEvents(client).find((event) => event.action === "finished" && event.runId === runId),
  );

const runOnce = async (client: RawClient, id: string): Promise<string> => {
  const answer = await client.request("cron.run", { id });
  if (!answer.enqueued) throw new Error(answer.reason);
  await finished(client, answer.runId);
  return answer.runId;
};

const REPORT = {
  name: "Morning report",
  schedule: { kind: "cron", expr: "0 8 * * 1-5", tz: "Europe/Berlin" },
  sessionTarget: "isolated",
  wakeMode: "now",
  payload: { kind: "agentTurn", message: "report", lightContext: true },
  delivery: { mode: "announce", channel: "last" },
} as const;

describe("a scheduled job", () => {
  it("that is isolated answers in a fresh session each time, with its tools, and tells the main session", async () => {
    const seen: ModelRequest[] = [];
    const catalog = scriptedCatalog((request) => {
      seen.push(request);
      return echo(request);
    });
    const { client } = await start({ catalog });
    const { id } = await client.request("cron.add", {
      ...REPORT,
      payload: { ...REPORT.payload, toolsAllow: ["read"] },
    });
    const runIds = [await runOnce(client, id), await runOnce(client, id)];
    expect(seen.map(({ messages, tools }) => [messages.length, tools.map(({ name }) => name)])).toEqual([
      [1, ["read"]],
      [1, ["read"]],
    ]);

    const { entries } = await client.request("cron.runs", { id });
    expect(entries.map(({ runId }) => runId)).toEqual(runIds.toReversed());
    expect(entries[0]).toMatchObject({
      status: "ok",
      summary: "echo: report",
      deliveryStatus: "delivered",
      costUsd: 0.00001,
    });
    expect(client.chat(`${runIds[0]}:announce`)).toMatchObject([{ state: "final", sessionKey: "agent:main:main" }]);

    await client.converse("thanks", "thank you");
    expect(seen.at(-1)?.messages.map(({ role }) => role)).toEqual(["user", "assistant", "user", "assistant", "user"]);
  });

  it("for the main session is a message there, and a failure is shown with the job", async () => {
    let fails = false;
    const catalog = scriptedCatalog((request) => {
      if (fails) throw new Error("no such luck");
      return echo(request);
    });
    const { client } = await start({ catalog });
    const { id, deleteAfterRun } = await client.request("cron.add", {
      name: "Tea",
      schedule: { kind: "at", at: "20m" },
      payload: { kind: "systemEvent", text: "remind me of the tea" },
    });
    expect(deleteAfterRun).toBe(true);
    await client.ended(await runOnce(client, id));
    const { messages } = await client.request("chat.history", { sessionKey: "main" });
    expect(messages.map(({ content }) => content)).toMatchObject([
      [{ text: "remind me of the tea" }],
      [{ text: "echo: remind me of the tea" }],
    ]);

    fails = true;
    await runOnce(client, id);
    const { jobs } = await client.request("cron.list", {});
    expect(jobs[0]?.state).toMatchObject({
      lastRunStatus: "error",
      consecutiveErrors: 1,
      lastError: expect.any(String),
    });
  });

  it("survives a restart, runs a slot that passed meanwhile once, and is not made twice with one key", async () => {
    const home = await temporaryHome();
    const add = {
      name: "Hourly",
      schedule: { kind: "every", everyMs: 3_600_000 },
      payload: { kind: "agentTurn", message: "hour" },
      idempotencyKey: "hourly",
    } as const;
    const first = await start({ home });
    const { id } = await first.client.request("cron.add", add);
    expect((await first.client.request("cron.add", add)).id).toBe(id);
    await first.gateway.close();

    const later = Date.now() + 5 * 3_600_000 + 1000;
    const second = await start({ home, now: () => later });
    await second.client.until("one run", () => cronEvents(second.client).find(({ action }) => action === "finished"));
    expect(await second.client.request("cron.runs", { id })).toMatchObject({ total: 1, entries: [{ status: "ok" }] });
    await second.gateway.close();

    const third = await start({ home, now: () => later + 1000 });
    expect(await third.client.request("cron.runs", { id })).toMatchObject({ total: 1 });
    expect(await third.client.request("cron.status", {})).toMatchObject({ jobs: 1, running: 0 });
  });
});

describe("an isolated job", () => {
  it("may leave the workspace's files out, think as it is told, and keeps both over a change of its text", async () => {
    const seen: ModelRequest[] = [];
    const catalog = scriptedCatalog((request) => {
      seen.push(request);
      return echo(request);
    });
    const { client, workspace } = await start({ catalog });
    await mkdir(workspace, { recursive: true });
    await writeFile(join(workspace, "SOUL.md"), "You like haiku.");
    const payload = { ...REPORT.payload, thinking: "high", fallbacks: ["offline/demo"] };
    const { id } = await client.request("cron.add", { ...REPORT, payload });
    await client.request("cron.update", { id, patch: { payload: { kind: "agentTurn", message: "brief report" } } });
    await runOnce(client, id);
    expect(seen[0]).toMatchObject({ thinking: "high" });
    expect(seen[0]?.system).not.toContain("haiku");

    const patch = { payload: { kind: "agentTurn", lightContext: null, thinking: null, fallbacks: null } } as const;
    const changed = await client.request("cron.update", { id, patch });
    expect(changed.payload).toEqual({ kind: "agentTurn", message: "brief report" });
    await runOnce(client, id);
    expect(seen[1]?.system).toContain("haiku");
  });

  it("keeps the conversations of its latest runs, and the history of all", async () => {
    const { client, home } = await start();
    const { id } = await client.request("cron.add", REPORT);
    for (let run = 0; run < KEPT_SESSIONS + 3; run++) await runOnce(client, id);
    const files = await readdir(join(home, "agents", "main", "sessions"));
    const texts = await Promise.all(
      files
        .filter((name) => name.endsWith(".jsonl"))
        .map((name) => readFile(join(home, "agents", "main", "sessions", name), "utf8")),
    );
    expect(texts.filter((text) => text.includes(`"cron:${id}"`))).toHaveLength(KEPT_SESSIONS);
    expect(await client.request("cron.runs", { id })).toMatchObject({ total: KEPT_SESSIONS + 3 });
    const { messages } = await client.request("chat.history", { sessionKey: `cron:${id}` });
    expect(messages).toHaveLength(2);
  });
});

const scheduling: Script = async function* schedules(request) {
  const last = request.messages.at(-1);
  if (last?.role === "user" && last.text === "watch the mail") {
    const input = { action: "add", name: "Mail", every: "1h", message: "look at the mail", place: "isolated" };
    yield { type: "tool-call", id: "t1", name: "cron", input };
    yield { ...finish, reason: "tool-calls" };
  } else yield* last?.role === "tool" ? say(last.results[0]?.text ?? "") : echo(request);
};

describe("the agent", () => {
  it("schedules what it is to do later, sees it in words, and is told the answer in its conversation", async () => {
    const { client } = await start({ catalog: scriptedCatalog(scheduling) });
    const end = await client.converse("a", "watch the mail");
    expect(end).toMatchObject({
      message: { content: [{ text: expect.stringMatching(/every hour.*\n.*Next: .+; .+; .+/) }] },
    });
    const { jobs } = await client.request("cron.list", {});
    expect(jobs).toMatchObject([{ name: "Mail", sessionTarget: "isolated", delivery: { to: "agent:main:main" } }]);
    const runId = await runOnce(client, jobs[0]?.id ?? "");
    expect(client.chat(`${runId}:announce`)).toMatchObject([
      { message: { content: [{ text: "echo: look at the mail" }] } },
    ]);
  });
});

describe("the jobs of a gateway", () => {
  it("are changed, listed, switched off and removed, and clients are told", async () => {
    const { client } = await start();
    const { id } = await client.request("cron.add", REPORT);
    const updated = await client.request("cron.update", {
      jobId: id,
      patch: {
        name: "Report",
        enabled: false,
        payload: { kind: "agentTurn", model: "offline/demo" },
        delivery: { mode: "none" },
      },
    });
    expect(updated).toMatchObject({
      name: "Report",
      enabled: false,
      payload: { message: "report", model: "offline/demo" },
    });
    expect(updated.state.nextRunAtMs).toBeUndefined();
    expect(await client.request("cron.list", {})).toMatchObject({ total: 0 });
    expect(await client.request("cron.list", { includeDisabled: true, query: "rep" })).toMatchObject({ total: 1 });
    expect(await client.request("cron.run", { id, mode: "if-enabled" })).toMatchObject({
      enqueued: false,
      reason: "disabled",
    });
    expect(await client.request("cron.remove", { id })).toEqual({ ok: true, removed: true });
    expect(await client.request("cron.remove", { id })).toEqual({ ok: true, removed: false });
    expect(cronEvents(client).map(({ action }) => action)).toEqual(["added", "updated", "removed"]);
  });

  it.each([
    [{ schedule: { kind: "cron", expr: "99 * * * *" } }, /not a cron expression/],
    [{ schedule: { kind: "cron", expr: "0 8 * * *", tz: "Nowhere" } }, /not a time zone/],
    [{ schedule: { kind: "at", at: "2020-01-01T00:00" } }, /in the past/],
    [{ schedule: { kind: "at", at: "tomorrow" } }, /not a time/],
    [{ sessionTarget: "elsewhere" }, /sessionTarget must be/],
    [{ agentId: "nobody" }, /No agent "nobody"/],
    [{ payload: { kind: "command", argv: ["ls"] } }, /payload/],
  ])("refuses %j", async (part, expected) => {
    const { client } = await start();
    const answer = await client.ask("cron.add", { ...REPORT, ...part });
    expect(answer).toMatchObject({ ok: false, error: { message: expect.stringMatching(expected) } });
  });

  it("that cannot be read are put aside, and the gateway says so and goes on", async () => {
    const home = await temporaryHome();
    await mkdir(join(home, "cron"), { recursive: true });
    await writeFile(join(home, "cron", "jobs.json"), "{ broken");
    const { client } = await start({ home });
    expect(await client.request("cron.status", {})).toMatchObject({ jobs: 0 });
    const health = await client.request("health", {});
    expect(health).toMatchObject({ status: "degraded", reasons: [expect.stringContaining("jobs.json.corrupt")] });
    expect(await readFile(join(home, "cron", "jobs.json.corrupt"), "utf8")).toBe("{ broken");
  });
});

it.each(["../jobs", "..", "a/b", "\u0000", "../../agents/main/sessions/ses_1"])(
  "the runs of a job are never read from elsewhere: %j is refused",
  async (id) => {
    const { client } = await start();
    const answer = await client.ask("cron.runs", { id });
    expect(answer).toMatchObject({ ok: false, error: { code: "INVALID_REQUEST" } });
  },
);
