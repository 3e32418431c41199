/** A gateway of the bundle in a process of its own, with a model on local HTTP that answers at once. */

import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createGatewayClient } from "@skykoi/client";
import { nodeSocket } from "@skykoi/client/node";
import { startFakeOpenAi, type FakeOpenAi } from "@skykoi/model/testing";

import { freePort, KOI, stop } from "../processes.ts";

export type Client = ReturnType<typeof createGatewayClient>;

export const TOKEN = "bench-token-0123456789abcdef0123456789";

interface RunningGateway {
  readonly port: number;
  readonly pid: number;
  /** From spawn to `hello-ok` of a client that tries again every few milliseconds. */
  readonly startMs: number;
  readonly client: Client;
  readonly env: NodeJS.ProcessEnv;
  readonly stop: () => Promise<void>;
}

export interface Bench {
  readonly model: FakeOpenAi;
  start(): Promise<RunningGateway>;
  close(): Promise<void>;
}

export const connect = (port: number): Client =>
  createGatewayClient({
    open: () => nodeSocket(`ws://127.0.0.1:${port}`),
    credentials: async () => ({ token: TOKEN }),
    client: { id: "bench", version: "0", platform: process.platform, mode: "cli" },
    reconnect: { minDelayMs: 2, maxDelayMs: 4 },
  });

/** A home of its own, so that no part finds what another left. */
export const createBench = async (): Promise<Bench> => {
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

  const start = async (): Promise<RunningGateway> => {
    const port = await freePort();
    const env = {
      PATH: process.env.PATH,
      HOME: home,
      SKYKOI_HOME: join(home, "state"),
      SKYKOI_GATEWAY_TOKEN: TOKEN,
      // As every driver starts it.
      MALLOC_ARENA_MAX: "1",
      MALLOC_TRIM_THRESHOLD_: "131072",
    };
    const startedAt = performance.now();
    const child: ChildProcess = spawn(process.execPath, [KOI, "gateway", "run", "--port", String(port)], {
      env,
      stdio: "ignore",
    });
    const client = connect(port);
    await client.ready();
    const startMs = performance.now() - startedAt;
    return {
      port,
      pid: child.pid ?? -1,
      startMs,
      client,
      env,
      stop: async () => {
        client.close();
        await stop(child);
      },
    };
  };

  return {
    model,
    start,
    close: async () => {
      await model.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
};
