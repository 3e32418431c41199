import { expect, it } from "vitest";

import { createRateLimit } from "./rate-limit.ts";

it("lets so many through in a window, each name for itself, and says how long to wait", () => {
  let now = 1000;
  const limit = createRateLimit({ max: 2, windowMs: 100, now: () => now });
  expect([limit.retryAfterMs("a"), limit.retryAfterMs("a"), limit.retryAfterMs("b")]).toEqual([0, 0, 0]);
  now = 1040;
  expect(limit.retryAfterMs("a")).toBe(60);
  now = 1100;
  expect(limit.retryAfterMs("a")).toBe(0);
});

it("forgets names rather than to grow, and is not stopped by a clock that is put back", () => {
  let now = 1000;
  const limit = createRateLimit({ max: 1, windowMs: 100, now: () => now, maxNames: 2 });
  for (const name of ["a", "b", "c"]) limit.retryAfterMs(name);
  expect([limit.retryAfterMs("c") > 0, limit.retryAfterMs("a")]).toEqual([true, 0]);
  now = 10;
  expect(limit.retryAfterMs("c")).toBe(0);
});
