import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { afterEach, expect, it, vi } from "vitest";

import { call, obey } from "../testing/obedient-model.ts";
import { openRawClient, type RawClient } from "../testing/raw-client.ts";
import { scriptedCatalog } from "../testing/scripted-catalog.ts";
import { startTestGateway, temporaryDirectory, TOKEN } from "../testing/test-gateway.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const startProcess = async (home: string) => {
  const program = fileURLToPath(import.meta.resolve("../testing/gateway-process.ts"));
  const args = [program, home, join(home, "..", "koi"), "delegate"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  cleanups.push(async () => child.kill("SIGKILL"));
  const [url] = await once(createInterface({ input: child.stdout }), "line");
  const client = openRawClient(String(url), TOKEN);
  await client.connect();
  return { child, client };
};

const kill = async (child: ChildProcess): Promise<void> => {
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
};

const reportsIn = async (client: RawClient): Promise<string[]> => {
  const { messages } = await client.request("chat.history", { sessionKey: "main" });
  return messages.flatMap(({ role, runId = "" }) => (role === "user" && runId.endsWith(":report") ? [runId] : []));
};

it("kill -9 while sub-agents work, and again while they report: each reports exactly once", async () => {
  const root = await temporaryDirectory();
  cleanups.push(() => rm(root, { recursive: true, force: true }));
  const home = join(root, "home");
  const first = await startProcess(home);
  const tasks = ["one", "two", "three"].map((label) => call("sessions_spawn", { task: "work", label }));
  await first.client.converse("a", tasks.join(" ## "));
  await first.client.until("the sub-agents at work", () => {
    const working = first.client.events.flatMap(({ event, payload }) =>
      event === "agent" && payload.stream === "tool" && payload.runId.startsWith("subagent:") ? [payload.runId] : [],
    );
    return new Set(working).size === 3 ? true : undefined;
  });
  await kill(first.child);

  const second = await startProcess(home);
  await vi.waitFor(async () => expect(await reportsIn(second.client)).not.toEqual([]), 5000);
  await kill(second.child);

  const third = await startTestGateway({ home, catalog: scriptedCatalog(obey) });
  cleanups.push(() => third.stop());
  const client = await third.client();
  await vi.waitFor(() => expect(readFileSync(join(home, "subagents.json"), "utf8")).toContain('"subagents":[]'), 5000);
  const reports = await vi.waitFor(async () => {
    const { pendingInputs, activeRunId } = await client.request("chat.history", { sessionKey: "main" });
    expect([pendingInputs, activeRunId]).toEqual([[], undefined]);
    return reportsIn(client);
  }, 5000);
  expect(reports).toHaveLength(3);
  expect(new Set(reports).size).toBe(3);
});
