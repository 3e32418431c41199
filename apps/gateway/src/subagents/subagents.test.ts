import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import type { SkykoiConfig } from "@skykoi/config";
import type { ModelRequest } from "@skykoi/model";
import { afterEach, describe, expect, it, vi } from "vitest";

import { call, obey } from "../testing/obedient-model.ts";
import type { RawClient } from "../testing/raw-client.ts";
import { createGate, scriptedCatalog, type Script } from "../testing/scripted-catalog.ts";
import { startTestGateway, temporaryDirectory, type TestGatewayOptions } from "../testing/test-gateway.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const isChild = (request: ModelRequest): boolean => request.system.includes("## Sub-agent");

/** Sub-agents follow `child`, the others do what they are told. */
const start = async ({ child = obey, ...options }: TestGatewayOptions & { child?: Script } = {}) => {
  const seen: ModelRequest[] = [];
  const catalog = scriptedCatalog((request) => {
    seen.push(request);
    return isChild(request) ? child(request) : obey(request);
  });
  const test = await startTestGateway({ catalog, ...options });
  cleanups.push(() => test.stop());
  return { ...test, seen, client: await test.client() };
};

const temporaryHome = async (): Promise<string> => {
  const root = await temporaryDirectory();
  cleanups.push(() => rm(root, { recursive: true, force: true }));
  return join(root, "home");
};

const withSubagents =
  (subagents: Partial<SkykoiConfig["agents"]["defaults"]["subagents"]>, maxConcurrent = 4) =>
  (config: SkykoiConfig): SkykoiConfig => {
    const { defaults } = config.agents;
    const changed = { ...defaults, maxConcurrent, subagents: { ...defaults.subagents, ...subagents } };
    return { ...config, agents: { ...config.agents, defaults: changed } };
  };

const spawn = (task: string, label = "helper") => call("sessions_spawn", { task, label });

const textsIn = async (client: RawClient, sessionKey: string) => {
  const { messages } = await client.request("chat.history", { sessionKey });
  return messages.flatMap(({ role, content }) =>
    role === "user" || role === "assistant"
      ? content.flatMap((block) => (block.type === "text" ? [`${role}: ${block.text}`] : []))
      : [],
  );
};

const reportsIn = async (client: RawClient, sessionKey = "main") =>
  (await textsIn(client, sessionKey)).filter((text) => text.startsWith("user: The sub-agent"));

const subagentsOf = async (client: RawClient) =>
  (await client.request("sessions.list", {})).sessions.filter(({ kind }) => kind === "subagent");

const reported = (client: RawClient, count = 1) =>
  client.until("the reports", () => {
    const ended = client.events.flatMap(({ event, payload }) =>
      event === "chat" && payload.runId.endsWith(":report") && payload.state === "final" ? [payload.runId] : [],
    );
    return new Set(ended).size >= count ? ended : undefined;
  });

describe("a sub-agent", () => {
  it("works in a session of its own and its result comes to the one who asked, as a message, once", async () => {
    const { client, home } = await start();
    await client.converse("a", spawn("What is the tallest tree?"));
    const [reportId = ""] = await reported(client);
    const [child] = await subagentsOf(client);
    expect(child).toMatchObject({ label: "helper", key: expect.stringMatching(/^agent:main:subagent:[\da-f-]{36}$/) });
    expect(await textsIn(client, child?.key ?? "")).toEqual([
      "user: What is the tallest tree?",
      "assistant: said: What is the tallest tree?",
    ]);
    const [report = "", ...others] = await reportsIn(client);
    expect(others).toEqual([]);
    expect(report).toContain("has finished.");
    expect(report).toMatch(/<untrusted id="\w+" source="sub-agent helper">[^]*said: What is the tallest tree\?/);
    expect(reportId).toBe(`subagent:${child?.key.split(":").at(-1)}:report`);
    await vi.waitFor(() => expect(readFileSync(join(home, "subagents.json"), "utf8")).toContain('"subagents":[]'));
  });

  it("cannot speak to people, act later, read memory, or begin others at the lowest level", async () => {
    const { client, seen } = await start({ config: withSubagents({ maxDepth: 1 }) });
    await client.converse("a", spawn("look"));
    await reported(client);
    const names = seen.find(isChild)?.tools.map(({ name }) => name) ?? [];
    expect(names).toEqual(expect.arrayContaining(["read", "exec", "session_status"]));
    expect(names.filter((name) => /^(message|cron|memory_\w+|sessions_\w+)$/.test(name))).toEqual([]);
  });

  it("reports after those it began have reported to it", async () => {
    const { client } = await start();
    await client.converse("a", spawn(spawn("deepest", "inner"), "outer"));
    await reported(client, 2);
    const [report = "", ...others] = await reportsIn(client);
    expect(others).toEqual([]);
    expect(report).toContain("“outer”");
    expect(report).toContain("said: deepest");
  });

  it("is refused deeper than allowed, when turned off, and when too many are unfinished", async () => {
    const off = await start({ config: withSubagents({ maxConcurrent: 0 }) });
    await off.client.converse("a", spawn("x"));
    expect((await textsIn(off.client, "main")).at(-1)).toContain("turned off");
    const gate = createGate();
    const many = await start({ child: gate.script });
    await many.client.converse("a", Array.from({ length: 33 }, () => spawn("x")).join(" ## "));
    expect((await textsIn(many.client, "main")).at(-1)).toContain("32 sub-agents are unfinished");
    expect(await subagentsOf(many.client)).toHaveLength(32);
  });

  it("has places of its own: neither waits for the other, and no more than allowed work at once", async () => {
    const gate = createGate();
    const { client } = await start({ child: gate.script, config: withSubagents({ maxConcurrent: 2 }, 1) });
    await client.converse("a", [spawn("1"), spawn("2"), spawn("3")].join(" ## "));
    await vi.waitFor(() => expect(gate.waiting()).toBe(2));
    expect(await client.converse("b", "still there?")).toMatchObject({ state: "final" });
    expect(gate.waiting()).toBe(2);
    gate.open();
    await reported(client, 3);
    expect(await reportsIn(client)).toHaveLength(3);
  });

  it("has no more tools than the run that began it", async () => {
    const { client, seen } = await start();
    const job = await client.request("cron.add", {
      name: "narrow",
      schedule: { kind: "every", everyMs: 86_400_000 },
      sessionTarget: "isolated",
      wakeMode: "now",
      payload: { kind: "agentTurn", message: spawn("x"), toolsAllow: ["sessions_spawn"] },
    });
    await client.request("cron.run", { id: job.id });
    await reported(client);
    expect(seen.find(isChild)?.tools.map(({ name }) => name)).toEqual(["sessions_spawn"]);
  });

  it("counts against the limit of the run that began the work, and so does the run its report begins", async () => {
    const { client, home } = await start();
    await client.converse("a", spawn("x"));
    const [reportId = ""] = await reported(client);
    const db = new DatabaseSync(join(home, "usage.db"), { readOnly: true });
    cleanups.push(async () => db.close());
    const rows = db.prepare("SELECT DISTINCT runId, rootRunId FROM calls").all();
    const runs = ["a", reportId.replace(":report", ""), reportId];
    expect(rows.map(({ runId }) => String(runId)).toSorted((x, y) => x.localeCompare(y))).toEqual(
      runs.toSorted((x, y) => x.localeCompare(y)),
    );
    expect(rows.map(({ rootRunId }) => rootRunId)).toEqual(["a", "a", "a"]);
  });
});

describe("stopping", () => {
  it("the one who asked stops its sub-agents, theirs, and their commands, and none reports", async () => {
    const { client, workspace, home } = await start();
    const command = call("exec", { command: "echo $$ > pid; exec sleep 600" });
    await client.converse("a", spawn(spawn(command, "inner"), "outer"));
    const pid = await vi.waitFor(() => {
      const text = readFileSync(join(workspace, "pid"), "utf8").trim();
      expect(text).not.toBe("");
      return text;
    });
    const { aborted, runIds } = await client.request("chat.abort", { sessionKey: "main" });
    expect(aborted).toBe(true);
    expect(runIds).toHaveLength(1);
    await vi.waitFor(() => expect(existsSync(`/proc/${pid}`)).toBe(false), 5000);
    await vi.waitFor(() => expect(readFileSync(join(home, "subagents.json"), "utf8")).toContain('"subagents":[]'));
    expect(await reportsIn(client)).toEqual([]);
  });

  it("one run leaves alone what another run began", async () => {
    const gate = createGate();
    const { client } = await start({ child: gate.script });
    await client.converse("a", spawn("x"));
    await client.converse("b", spawn("y"));
    await vi.waitFor(() => expect(gate.waiting()).toBe(2));
    expect(await client.request("chat.abort", { sessionKey: "main", runId: "a" })).toMatchObject({ aborted: true });
    gate.open();
    await reported(client);
    expect(await reportsIn(client)).toEqual([expect.stringContaining("done: y")]);
  });
});

describe("a restart", () => {
  it("between the report and the note of it does not bring a second one", async () => {
    const home = await temporaryHome();
    const gate = createGate();
    const first = await start({ home, child: gate.script });
    await first.client.converse("a", spawn("x"));
    const path = join(home, "subagents.json");
    const unreported = await readFile(path, "utf8");
    gate.open();
    await reported(first.client);
    await first.gateway.close();
    writeFileSync(path, unreported);
    const second = await start({ home });
    await vi.waitFor(() => expect(readFileSync(path, "utf8")).toContain('"subagents":[]'));
    expect(await reportsIn(second.client)).toHaveLength(1);
  });

  it("runs a sub-agent that was only written down, and reports", async () => {
    const home = await temporaryHome();
    const first = await start({ home, config: withSubagents({ maxConcurrent: 1 }), child: createGate().script });
    await first.client.converse("a", [spawn("one", "one"), spawn("two", "two")].join(" ## "));
    await first.gateway.close();
    const second = await start({ home });
    await vi.waitFor(async () => expect(await reportsIn(second.client)).toHaveLength(2), 5000);
    const reports = (await reportsIn(second.client)).join("\n");
    expect(reports).toContain("“one” ");
    expect(reports).toContain("did not finish");
    expect(reports).toContain("said: two");
  });

  it("with a file that cannot be read starts all the same and says so", async () => {
    const first = await start();
    const path = join(first.home, "subagents.json");
    await first.gateway.close();
    writeFileSync(path, "{");
    const { client } = await start({ home: first.home });
    await vi.waitFor(async () => {
      const { reasons } = await client.request("health", {});
      expect(JSON.stringify(reasons)).toContain("subagents.json");
    });
  });
});
