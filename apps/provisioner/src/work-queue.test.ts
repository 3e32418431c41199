import { expect, it } from "vitest";

import { createWorkQueue } from "./work-queue.ts";

const gate = () => Promise.withResolvers<boolean>();

/** Lets everything that can happen without outside help happen. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

it("works on one key at a time, and once more when it was asked for meanwhile", async () => {
  const gates = [gate(), gate()];
  const started: string[] = [];
  const queue = createWorkQueue({
    concurrency: 8,
    work: async (key) => (started.push(key), (await gates[started.length - 1]?.promise) ?? false),
  });
  queue.add("a");
  queue.add("a");
  await settle();
  expect(started).toEqual(["a"]);
  queue.add("a");
  queue.add("a");
  gates[0]?.resolve(false);
  await settle();
  expect(started).toEqual(["a", "a"]);
  gates[1]?.resolve(false);
  await queue.stop();
  expect(started).toEqual(["a", "a"]);
});

it("never works on more keys than allowed, and gets to all of them", async () => {
  let busy = 0;
  let most = 0;
  const seen = new Set<string>();
  const done = gate();
  const queue = createWorkQueue({
    concurrency: 3,
    work: async (key) => {
      most = Math.max(most, ++busy);
      await settle();
      busy -= 1;
      seen.add(key);
      if (seen.size === 20) done.resolve(true);
      return false;
    },
  });
  for (let i = 0; i < 20; i++) queue.add(`key-${i}`);
  await done.promise;
  expect(most).toBe(3);
});

it("goes on with a key while there is progress", async () => {
  let passes = 0;
  const done = gate();
  const queue = createWorkQueue({
    concurrency: 1,
    work: async () => {
      if (++passes === 4) done.resolve(true);
      return passes < 4;
    },
  });
  queue.add("a");
  await done.promise;
  await settle();
  expect(passes).toBe(4);
});

it("resolves its stop only when running work has ended, and takes nothing up afterwards", async () => {
  const running = gate();
  const started: string[] = [];
  const queue = createWorkQueue({
    concurrency: 1,
    work: async (key) => (started.push(key), running.promise),
  });
  queue.add("a");
  queue.add("b");
  await settle();
  let isStopped = false;
  const stopping = queue.stop().then(() => (isStopped = true));
  queue.add("c");
  await settle();
  expect(isStopped).toBe(false);
  running.resolve(true);
  await stopping;
  await settle();
  expect(started).toEqual(["a"]);
});
