/** The gateway dies anywhere: no acknowledged message is lost or run twice, and no end is told twice. */

import { expect, it } from "vitest";

import { expectNothingLost } from "./crash-audit.ts";
import { createCrashWorld, type CrashWorld } from "./crash-world.ts";
import { createRandom, rerun, SEED, sized, type Random } from "./random.ts";

const CRASHES = sized({ short: 100, long: 10_000 });
const CRASHES_A_WORLD = 10;
const STEPS_A_LIFE = 12;
const KEYS: readonly [string, ...string[]] = ["main", "agent:main:a", "agent:main:b"];
const HOUR_MS = 3_600_000;

it(
  `survives ${CRASHES.toLocaleString("en")} crashes (seed ${SEED})`,
  async () => {
    for (let crash = 0; crash < CRASHES; crash += CRASHES_A_WORLD) {
      const seed = (SEED + crash) % 2 ** 32;
      await surviveCrashes(seed, `World ${seed}, ${rerun(SEED)}`);
    }
  },
  sized({ short: 120_000, long: 4 * HOUR_MS }),
);

const surviveCrashes = async (seed: number, because: string): Promise<void> => {
  const random = createRandom(seed);
  const world = createCrashWorld(random);
  try {
    for (let crash = 0; crash < CRASHES_A_WORLD; crash++) await liveAndDie(world, random);
    world.passTime(48 * HOUR_MS);
    expect(await world.boot(), because).toBe(true);
    await world.idle();
    const health = await world.ask("health", {});
    expect(health, because).toMatchObject({ ok: true, payload: { ok: true, reasons: [] } });
    await world.end();
    expectNothingLost(world, because);
  } finally {
    await world.end();
    world.remove();
  }
};

const liveAndDie = async (world: CrashWorld, random: Random): Promise<void> => {
  const kind = random.chance(0.5) ? "kill" : "power";
  world.disk.dieAt(1 + random.below(120), random.pick(["before", "within", "after"]), kind);
  if (await world.boot()) {
    const work: Promise<void>[] = [];
    for (let step = 0; step < STEPS_A_LIFE && world.disk.alive(); step++) {
      const done = act(world, random);
      work.push(done);
      if (random.chance(0.5)) await done;
    }
    await Promise.all(work);
    if (random.chance(0.5)) await world.idle();
  }
  world.disk.die(kind);
  await world.end();
  if (random.chance(0.3)) world.passTime(random.below(30 * HOUR_MS));
};

let names = 0;

const act = async (world: CrashWorld, random: Random): Promise<void> => {
  const sessionKey = random.pick(KEYS);
  const dice = random.next();
  if (dice < 0.55) return send(world, newSend(world, random, sessionKey));
  if (dice < 0.7) return sendAgain(world, random);
  if (dice < 0.8) return void (await world.ask("chat.abort", { sessionKey }));
  if (dice < 0.88) return void (await world.ask("sessions.reset", { key: sessionKey }));
  if (dice < 0.95) return void (await world.ask("cron.add", newJob(world, random)));
  return world.reconnect();
};

const newSend = (world: CrashWorld, random: Random, sessionKey: string): string => {
  const runId = `run-${++names}`;
  const text = random.chance(0.5) ? `Do it [${runId}]` : "Say something.";
  world.sends.set(runId, { runId, sessionKey, text, acknowledged: false });
  return runId;
};

const send = async (world: CrashWorld, runId: string): Promise<void> => {
  const known = world.sends.get(runId);
  if (!known) return;
  const { sessionKey, text: message } = known;
  const answer = await world.ask("chat.send", { sessionKey, message, idempotencyKey: runId });
  if (answer?.ok) known.acknowledged = true;
};

/** As a client does that got no answer, or that is confused. */
const sendAgain = async (world: CrashWorld, random: Random): Promise<void> => {
  const runIds = [...world.sends.keys()].slice(-6);
  const runId = runIds[random.below(runIds.length)];
  if (runId !== undefined) await send(world, runId);
};

const newJob = (world: CrashWorld, random: Random): object => {
  const name = `job-${++names}`;
  return {
    name,
    schedule: { kind: "at", at: new Date(world.now() + random.below(20 * HOUR_MS)).toISOString() },
    sessionTarget: "isolated",
    payload: { kind: "agentTurn", message: `Do it [${name}]` },
    delivery: { mode: random.chance(0.5) ? "announce" : "none" },
    idempotencyKey: name,
  };
};
