/** The gateway as one process: start, memory, and what it adds to a turn when the model answers at once. */

import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createGatewayClient } from "@skykoi/client";
import { nodeSocket } from "@skykoi/client/node";
import { startFakeOpenAi } from "@skykoi/model/testing";

import type { BareNode } from "./bare-node.ts";
import { KOI, freePort, residentMb, sleep, stop } from "./processes.ts";
import { printFigures } from "./report.ts";
import { summarize } from "./statistics.ts";

type Client = ReturnType<typeof createGatewayClient>;

const TOKEN = "bench-token-0123456789abcdef0123456789";
const STARTS = 7;
const WARM_TURNS = 300;
const NEW_SESSIONS = 30;

const connect = (port: number): Client =>
  createGatewayClient({
    open: () => nodeSocket(`ws://127.0.0.1:${port}`),
    credentials: async () => ({ token: TOKEN }),
    client: { id: "bench", version: "0", platform: process.platform, mode: "cli" },
    reconnect: { minDelayMs: 2, maxDelayMs: 4 },
  });

interface RunningGateway {
  readonly child: ChildProcess;
  readonly client: Client;
  readonly startMs: number;
}

/** From spawn to `hello-ok` of a client that tries again every few milliseconds. */
const startGateway = async (home: string): Promise<RunningGateway> => {
  const port = await freePort();
  const startedAt = performance.now();
  const child = spawn(process.execPath, [KOI, "gateway", "run", "--port", String(port)], {
    env: {
      PATH: process.env.PATH,
      HOME: home,
      SKYKOI_HOME: join(home, "state"),
      SKYKOI_GATEWAY_TOKEN: TOKEN,
      BENCH_KEY: "none",
    },
    stdio: "ignore",
  });
  const client = connect(port);
  await client.ready();
  return { child, client, startMs: performance.now() - startedAt };
};

/** Milliseconds from `chat.send` to its acknowledgement, first delta and final. */
const turn = async (client: Client, sessionKey: string, key: string) => {
  const startedAt = performance.now();
  const elapsedMs = () => performance.now() - startedAt;
  const final = Promise.withResolvers<number>();
  let deltaMs = Number.NaN;
  const unsubscribe = client.on(({ event, payload }) => {
    if (event !== "chat" || typeof payload !== "object" || payload === null) return;
    if (!("runId" in payload) || payload.runId !== key || !("state" in payload)) return;
    if (payload.state === "delta" && Number.isNaN(deltaMs)) deltaMs = elapsedMs();
    if (payload.state === "final") final.resolve(elapsedMs());
    if (payload.state === "error") final.reject(new Error(JSON.stringify(payload)));
  });
  await client.request("chat.send", { sessionKey, message: "hello", idempotencyKey: key });
  const ackMs = elapsedMs();
  const finalMs = await final.promise;
  unsubscribe();
  return { ackMs, deltaMs, finalMs };
};

const measureTurns = async (client: Client, sessionKeys: readonly string[], label: string) => {
  const turns = [];
  for (const [index, key] of sessionKeys.entries()) turns.push(await turn(client, key, `${label}-${index}`));
  return {
    ack: summarize(turns.map(({ ackMs }) => ackMs)),
    delta: summarize(turns.map(({ deltaMs }) => deltaMs)),
    final: summarize(turns.map(({ finalMs }) => finalMs)),
  };
};

export const benchGateway = async (bare: BareNode, idleMs: number): Promise<void> => {
  const home = mkdtempSync(join(tmpdir(), "skykoi-bench-"));
  const model = await startFakeOpenAi();
  mkdirSync(join(home, "state"), { mode: 0o700 });
  const config = {
    gateway: { mode: "local" },
    agents: { defaults: { workspace: join(home, "koi"), model: { primary: "instant/model" } } },
    models: {
      providers: {
        instant: { api: "openai-completions", baseUrl: model.baseUrl, apiKey: "none", models: [{ id: "model" }] },
      },
    },
  };
  writeFileSync(join(home, "state", "skykoi.json"), JSON.stringify(config), { mode: 0o600 });

  const starts: number[] = [];
  for (let run = 0; run < STARTS; run++) {
    const { child, client, startMs } = await startGateway(home);
    client.close();
    await stop(child);
    starts.push(startMs);
  }
  const start = summarize(starts.slice(1));

  const { child, client } = await startGateway(home);
  await sleep(idleMs);
  const idleMb = residentMb(child.pid ?? -1);
  const cold = await turn(client, "main", "cold");
  const warm = await measureTurns(
    client,
    Array.from({ length: WARM_TURNS }, () => "main"),
    "warm",
  );
  const newSessions = Array.from({ length: NEW_SESSIONS }, (_, index) => `agent:main:bench:group:${index}`);
  const first = await measureTurns(client, newSessions, "first");
  const busyMb = residentMb(child.pid ?? -1);
  client.close();
  await stop(child);
  await model.close();
  rmSync(home, { recursive: true, force: true });

  printFigures("Gateway", [
    { what: "bare Node: `node -e 0`, p50", value: bare.startMs, unit: "ms" },
    { what: "process start to hello-ok, p50", value: start.p50, unit: "ms", goal: 8 * bare.startMs },
    { what: "  as a multiple of bare Node", value: start.p50 / bare.startMs, unit: "x", goal: 8 },
    { what: "bare Node: idle memory", value: bare.idleMb, unit: "MB" },
    { what: "idle memory after 10 s", value: idleMb, unit: "MB", goal: 2.2 * bare.idleMb },
    { what: "  as a multiple of bare Node", value: idleMb / bare.idleMb, unit: "x", goal: 2.2 },
    { what: `warm turn, acknowledged (durable), p50 of ${warm.ack.count}`, value: warm.ack.p50, unit: "ms" },
    { what: "warm turn, first delta, p50", value: warm.delta.p50, unit: "ms" },
    {
      what: "warm turn, final, p50",
      value: warm.final.p50,
      unit: "ms",
      goal: 10,
      note: `p99 ${warm.final.p99.toFixed(1)} ms`,
    },
    {
      what: `first turn of a session, p50 of ${first.final.count}`,
      value: first.final.p50,
      unit: "ms",
      goal: 50,
      note: `p99 ${first.final.p99.toFixed(1)} ms`,
    },
    { what: "very first turn (loads the provider)", value: cold.finalMs, unit: "ms" },
    { what: `memory after ${WARM_TURNS + NEW_SESSIONS} turns`, value: busyMb, unit: "MB" },
  ]);
};
