/** The real process is killed while it works: what it acknowledged is there afterwards, once, with one end. */

import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { openRawClient, temporaryDirectory, TOKEN, type RawClient } from "@skykoi/gateway/testing";
import { startFakeOpenAi } from "@skykoi/model/testing";
import { expect, it } from "vitest";

import { createRandom, rerun, SEED, sized } from "./random.ts";
import { countRuns } from "./transcript-lines.ts";

const KILLS = sized({ short: 5, long: 100 });
const KOI = join(import.meta.dirname, "..", "..", "apps", "cli", "src", "main.ts");
const KEYS: readonly [string, ...string[]] = ["main", "agent:main:a", "agent:main:b"];

it(
  `survives ${KILLS} times kill -9 (seed ${SEED})`,
  async () => {
    const random = createRandom(SEED);
    const root = await temporaryDirectory();
    const model = await startFakeOpenAi();
    model.respondWith(() => ({ parts: [{ pauseMs: random.below(40) }, { text: ["Well ", "done."] }] }));
    const state = join(root, "state");
    writeConfig(root, model.baseUrl);
    const acknowledged = new Set<string>();
    const ends = new Map<string, number>();
    let sent = 0;
    let child: ChildProcess | undefined;
    try {
      for (let kill = 0; kill < KILLS; kill++) {
        const koi = await startKoi(root);
        child = koi.child;
        const dead = new Promise<void>((resolve) => koi.child.once("exit", () => resolve()));
        const client = openRawClient(koi.url, TOKEN);
        await client.connect();
        const working = Promise.allSettled(
          Array.from({ length: 12 }, async () => {
            await pause(random.below(150));
            const runId = `run-${++sent}`;
            const params = { sessionKey: random.pick(KEYS), message: "go", idempotencyKey: runId };
            await client.request("chat.send", params);
            acknowledged.add(runId);
          }),
        );
        await pause(random.below(250));
        koi.child.kill("SIGKILL");
        await dead;
        await working;
        noteEnds(client, ends);
      }
      const koi = await startKoi(root);
      child = koi.child;
      const client = openRawClient(koi.url, TOKEN);
      await client.connect();
      const isIdle = async (): Promise<boolean> => {
        const { activeRuns, queuedInputs } = await client.request("health", {});
        return activeRuns + queuedInputs === 0;
      };
      await expect.poll(isIdle, { timeout: 30_000 }).toBe(true);
      expect(await client.request("health", {})).toMatchObject({ reasons: [] });
      noteEnds(client, ends);
      client.socket.terminate();
    } finally {
      child?.kill("SIGKILL");
      await model.close();
    }
    const directory = join(state, "agents", "main", "sessions");
    const names = readdirSync(directory);
    const { accepted, ended } = countRuns(new Map(names.map((name) => [name, readFileSync(join(directory, name))])));
    for (const runId of acknowledged) expect(accepted.get(runId), `${runId}: ${rerun(SEED)}`).toBe(1);
    for (const runId of accepted.keys()) expect(ended.get(runId), `end of ${runId}: ${rerun(SEED)}`).toBe(1);
    for (const [runId, times] of ends) expect(times, `${runId} told: ${rerun(SEED)}`).toBe(1);
    await rm(root, { recursive: true, force: true });
  },
  sized({ short: 120_000, long: 1_800_000 }),
);

const writeConfig = (root: string, baseUrl: string): void => {
  const config = {
    gateway: { mode: "local", port: 0 },
    agents: { defaults: { workspace: join(root, "koi"), model: { primary: "instant/model" } } },
    models: {
      providers: { instant: { api: "openai-completions", baseUrl, apiKey: "none", models: [{ id: "model" }] } },
    },
  };
  mkdirSync(join(root, "state"), { mode: 0o700 });
  writeFileSync(join(root, "state", "skykoi.json"), JSON.stringify(config), { mode: 0o600 });
};

const ADDRESS = /ws:\/\/127\.0\.0\.1:\d+/;

/** From the sources, as the bundle may be an old one. */
const startKoi = async (root: string): Promise<{ readonly child: ChildProcess; readonly url: string }> => {
  const env = { PATH: process.env["PATH"], HOME: root, SKYKOI_HOME: join(root, "state"), SKYKOI_GATEWAY_TOKEN: TOKEN };
  const child = spawn(process.execPath, [KOI, "gateway", "run"], { env, stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: child.stdout })) {
    const [url] = ADDRESS.exec(line) ?? [];
    if (url !== undefined) return { child, url };
  }
  throw new Error("koi did not start");
};

const ENDS = new Set(["final", "aborted", "error"]);

const noteEnds = (client: RawClient, ends: Map<string, number>): void => {
  for (const { event, payload } of client.events) {
    if (event === "chat" && ENDS.has(payload.state)) ends.set(payload.runId, (ends.get(payload.runId) ?? 0) + 1);
  }
};
