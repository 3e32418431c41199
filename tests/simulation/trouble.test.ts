/** A disk that fills and empties, and a clock that is set back and forth. */

import { readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";

import { createFillableDisk, startTestGateway, temporaryDirectory, type TestGateway } from "@skykoi/gateway/testing";
import { expect, it, onTestFinished } from "vitest";

import { createRandom, rerun, SEED, sized } from "./random.ts";
import { countRuns } from "./transcript-lines.ts";

const ROUNDS = sized({ short: 60, long: 3000 });
const LIMIT_MS = sized({ short: 120_000, long: 3_600_000 });
const DAY_MS = 86_400_000;
const KEYS: readonly [string, ...string[]] = ["main", "agent:main:a", "agent:main:b"];

const homeOfTest = async (): Promise<string> => {
  const home = await temporaryDirectory();
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  return home;
};

const idle = async (test: TestGateway): Promise<void> => {
  const client = await test.client();
  const isIdle = async (): Promise<boolean> => {
    const { activeRuns, queuedInputs } = await client.request("health", {});
    return activeRuns + queuedInputs === 0;
  };
  await expect.poll(isIdle, { timeout: 20_000 }).toBe(true);
  client.socket.terminate();
};

const expectEachOnce = (home: string, acknowledged: ReadonlySet<string>): void => {
  const directory = join(home, "agents", "main", "sessions");
  const names = readdirSync(directory);
  expect(names.filter((name) => name.includes(".corrupt"))).toEqual([]);
  const { accepted, ended } = countRuns(new Map(names.map((name) => [name, readFileSync(join(directory, name))])));
  for (const runId of acknowledged) expect(accepted.get(runId), `${runId}: ${rerun(SEED)}`).toBe(1);
  for (const runId of accepted.keys()) expect(ended.get(runId), `end of ${runId}: ${rerun(SEED)}`).toBe(1);
};

it(
  `a disk that fills and empties: refused with a reason, degraded, nothing lost, recovered (seed ${SEED})`,
  async () => {
    const random = createRandom(SEED);
    const home = await homeOfTest();
    const disk = createFillableDisk();
    const acknowledged = new Set<string>();
    const test = await startTestGateway({ home, transcriptFiles: disk.files });
    const client = await test.client();
    for (let round = 0; round < ROUNDS; round++) {
      if (random.chance(0.5)) disk.fill();
      else disk.empty();
      const sends = Array.from({ length: 1 + random.below(4) }, async (_, index) => {
        const idempotencyKey = `run-${round}-${index}`;
        const params = { sessionKey: random.pick(KEYS), message: "hello", idempotencyKey };
        const answer = await client.ask("chat.send", params);
        if (answer.ok) acknowledged.add(idempotencyKey);
        else expect(answer.error.code).toBe("STORAGE_FAILED");
        return answer.ok;
      });
      const accepted = await Promise.all(sends);
      if (accepted.includes(true)) continue;
      expect(await client.request("health", {})).toMatchObject({
        status: "degraded",
        reasons: [expect.stringContaining("disk refuses writes")],
      });
    }
    disk.empty();
    await client.converse("at-last", "hello");
    expect(await client.request("health", {})).toMatchObject({ status: "ok", reasons: [] });
    await idle(test);
    await test.stop();

    // What could not write its end then has it after a restart.
    const again = await startTestGateway({ home });
    await idle(again);
    expect(await (await again.client()).request("health", {})).toMatchObject({ status: "ok" });
    await again.stop();
    expect(acknowledged.size).toBeGreaterThan(ROUNDS / 4);
    expectEachOnce(home, acknowledged);
  },
  LIMIT_MS,
);

it(
  `a clock that is set a day back and forth: every message once, in order, healthy (seed ${SEED})`,
  async () => {
    const random = createRandom(SEED + 1);
    const home = await homeOfTest();
    let offsetMs = 0;
    const now = (): number => Date.now() + offsetMs;
    const acknowledged = new Set<string>();
    for (let life = 0; life < 3; life++) {
      const test = await startTestGateway({ home, now });
      const client = await test.client();
      const job = { schedule: { kind: "every", everyMs: 3_600_000 }, payload: { kind: "agentTurn", message: "tick" } };
      await client.ask("cron.add", { name: `job-${life}`, sessionTarget: "isolated", ...job });
      for (let round = 0; round < ROUNDS / 3; round++) {
        offsetMs += random.pick([-DAY_MS, 0, 0, DAY_MS]);
        const runId = `run-${life}-${round}`;
        const end = await client.converse(runId, `message ${runId}`, random.pick(KEYS));
        expect(end.state, `${runId}: ${rerun(SEED)}`).toBe("final");
        acknowledged.add(runId);
      }
      expect(await client.request("health", {})).toMatchObject({ status: "ok" });
      for (const sessionKey of KEYS) {
        const { messages } = await client.request("chat.history", { sessionKey, limit: 200 });
        const said = messages.flatMap(({ role, content }) => (role === "user" ? [JSON.stringify(content)] : []));
        const numbers = said.map((text) =>
          Number(
            /run-(\d+)-(\d+)/
              .exec(text)
              ?.slice(1)
              .map((part) => part.padStart(6, "0"))
              .join(""),
          ),
        );
        expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      }
      await idle(test);
      await test.stop();
    }
    expectEachOnce(home, acknowledged);
  },
  LIMIT_MS,
);
