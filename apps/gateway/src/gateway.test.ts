import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { isFault } from "@skykoi/fault";
import { afterEach, describe, expect, it } from "vitest";

import { openRawClient } from "./testing/raw-client.ts";
import { createGate, scriptedCatalog } from "./testing/scripted-catalog.ts";
import { startTestGateway, temporaryDirectory, TOKEN, type TestGatewayOptions } from "./testing/test-gateway.ts";

const cleanups: (() => Promise<unknown>)[] = [];

const start = async (options: TestGatewayOptions = {}) => {
  const test = await startTestGateway(options);
  cleanups.push(() => test.stop());
  return test;
};

const temporaryHome = async (): Promise<string> => {
  const root = await temporaryDirectory();
  cleanups.unshift(() => rm(root, { recursive: true, force: true }));
  return join(root, "home");
};

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return "none";
  } catch (thrown) {
    return isFault(thrown) ? thrown.code : String(thrown);
  }
};

const send = (runId: string) => ({ sessionKey: "main", message: `message ${runId}`, idempotencyKey: runId });

describe("starting", () => {
  it("refuses a second gateway on the same home, and takes the home after the first has stopped", async () => {
    const home = await temporaryHome();
    const first = await start({ home });
    expect(await codeOf(startTestGateway({ home }))).toBe("DATA_DIR_LOCKED");
    await first.gateway.close();
    await start({ home });
  });

  it("refuses a port that is in use and leaves nothing behind", async () => {
    const { gateway } = await start();
    const home = await temporaryHome();
    const onSamePort: TestGatewayOptions = {
      home,
      config: (config) => ({ ...config, gateway: { ...config.gateway, port: gateway.port } }),
    };
    expect(await codeOf(startTestGateway(onSamePort))).toBe("PORT_IN_USE");
    await start({ home });
  });

  it("reports why its configuration is not the wanted one", async () => {
    const test = await start({ degraded: ["skykoi.json: line 3 is broken."] });
    const health = await (await test.client()).request("health", {});
    expect(health).toMatchObject({ ok: false, status: "degraded", reasons: ["skykoi.json: line 3 is broken."] });
  });

  it("works on with an unreadable list of sessions, keeps it aside and says so", async () => {
    const home = await temporaryHome();
    const first = await start({ home });
    await (await first.client()).converse("a", "hi");
    await first.gateway.close();
    await writeFile(join(home, "agents/main/sessions/sessions.json"), "{ torn");
    const second = await start({ home });
    const client = await second.client();
    expect(await client.request("health", {})).toMatchObject({ status: "degraded" });
    expect(await client.converse("b", "hi")).toMatchObject({ state: "final" });
    expect(await readdir(join(home, "agents/main/sessions"))).toContain("sessions.json.corrupt");
  });
});

describe("stopping", () => {
  it("lets a running turn finish, says goodbye, and closes with 1012", async () => {
    const gate = createGate();
    const test = await start({ catalog: scriptedCatalog(gate.script) });
    const client = await test.client();
    await client.request("chat.send", send("a"));
    await client.until("the first text", () => client.chat("a").find(({ state }) => state === "delta"));
    const closing = test.gateway.close("Upgrade.");
    await client.until("shutdown", () => client.events.find(({ event }) => event === "shutdown"));
    expect(await client.ask("chat.send", send("b"))).toMatchObject({ ok: false, error: { code: "UNAVAILABLE" } });
    gate.open();
    await closing;
    expect(await client.closed).toEqual({ code: 1012, reason: "Upgrade." });
    expect(client.chat("a").at(-1)).toMatchObject({ state: "final" });
    await test.gateway.close();
  });

  it("marks a turn that does not finish as interrupted, keeps what waits, and answers it after the restart", async () => {
    const home = await temporaryHome();
    const gate = createGate();
    const first = await start({ home, catalog: scriptedCatalog(gate.script), limits: { finishRunsMs: 50 } });
    const client = await first.client();
    for (const runId of ["a", "b"]) await client.request("chat.send", send(runId));
    await client.until("the first text", () => client.chat("a").find(({ state }) => state === "delta"));
    await first.gateway.close();
    expect(client.chat("a").at(-1)).toMatchObject({ state: "error", errorKind: "RUN_INTERRUPTED" });

    const second = await start({ home });
    const later = await second.client();
    await expect
      .poll(() => rolesIn(later), { timeout: 5000 })
      .toEqual([
        ["user", "a"],
        ["assistant", "a"],
        ["user", "b"],
        ["assistant", "b"],
      ]);
    expect(await later.request("chat.send", send("a"))).toMatchObject({ status: "ok" });
  });
});

const rolesIn = async (client: ReturnType<typeof openRawClient>) => {
  const { messages } = await client.request("chat.history", { sessionKey: "main" });
  return messages.map(({ role, runId }) => [role, runId]);
};

const startProcess = async (home: string, script: string) => {
  const workspace = join(home, "..", "koi");
  const program = fileURLToPath(import.meta.resolve("./testing/gateway-process.ts"));
  const child = spawn(process.execPath, [program, home, workspace, script], { stdio: ["ignore", "pipe", "inherit"] });
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

describe("kill -9", () => {
  it("right after acknowledgements loses no message: all are answered after the restart, in order", async () => {
    const home = await temporaryHome();
    const { child, client } = await startProcess(home, "hang");
    const acknowledged = await Promise.all(["a", "b", "c"].map((runId) => client.request("chat.send", send(runId))));
    await kill(child);
    expect(acknowledged.map(({ status }) => status)).toEqual(["started", "started", "started"]);

    const test = await start({ home });
    const later = await test.client();
    await expect
      .poll(() => rolesIn(later), { timeout: 10_000 })
      .toEqual(
        ["a", "b", "c"].flatMap((runId) => [
          ["user", runId],
          ["assistant", runId],
        ]),
      );
    expect(await later.request("chat.send", send("a"))).toMatchObject({ status: "ok" });
  });

  it("in the middle of a turn marks it as interrupted, never repeats it, and answers what waited", async () => {
    const home = await temporaryHome();
    const { child, client } = await startProcess(home, "work");
    for (const runId of ["a", "b"]) await client.request("chat.send", { ...send(runId), queueMode: "followup" });
    await client.until("the tool's result", () =>
      client.events.find(
        ({ event, payload }) => event === "agent" && payload.stream === "tool" && payload.data.phase === "result",
      ),
    );
    await kill(child);

    const test = await start({ home });
    const later = await test.client();
    await expect
      .poll(() => rolesIn(later), { timeout: 10_000 })
      .toEqual([
        ["user", "a"],
        ["assistant", "a"],
        ["toolResult", "a"],
        ["notice", "a"],
        ["user", "b"],
        ["assistant", "b"],
      ]);
    const names = await readdir(join(home, "agents/main/sessions"));
    const file = names.find((name) => name.endsWith(".jsonl")) ?? "";
    const text = await readFile(join(home, "agents/main/sessions", file), "utf8");
    expect(text).toContain('"outcome":"interrupted"');
  });

  it("lets a client resume where it was: what it missed, and an end for what the kill interrupted, each once", async () => {
    const home = await temporaryHome();
    const { child, client } = await startProcess(home, "work");
    await client.request("chat.send", send("a"));
    await client.request("chat.send", { ...send("b"), queueMode: "followup" });
    await client.until("the tool's result", () =>
      client.events.find(
        ({ event, payload }) => event === "agent" && payload.stream === "tool" && payload.data.phase === "result",
      ),
    );
    await kill(child);
    const before = client.events.filter(({ cursor }) => cursor !== undefined);
    const cursor = before.at(-1)?.cursor;

    const test = await start({ home });
    const later = test.open();
    expect((await later.connect({ resume: { cursor } })).cursorExpired).toBeUndefined();
    expect(await later.ended("a")).toMatchObject({ state: "error", errorKind: "RUN_INTERRUPTED" });
    expect(await later.ended("b")).toMatchObject({ state: "final" });
    const told = [...before, ...later.events.filter((event) => event.cursor !== undefined)];
    const positions = told.map((event) => Number(event.cursor?.split(":")[1]));
    expect(positions).toEqual([...new Set(positions)].toSorted((x, y) => x - y));
    for (const runId of ["a", "b"]) {
      const seqs = told.flatMap(({ event, payload }) =>
        (event === "chat" || event === "agent") && payload.runId === runId ? [payload.seq] : [],
      );
      expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    }
  });
});
