import { setTimeout as pause } from "node:timers/promises";

import { expect, it } from "vitest";

import { createEventLoopLoad } from "./event-loop-load.ts";

it("tells an event loop without free time from one that waits", async () => {
  const load = createEventLoopLoad();
  const until = performance.now() + 30;
  while (performance.now() < until);
  expect(load()).toContain("overloaded");
  await pause(60);
  expect(load()).toBeUndefined();
});
