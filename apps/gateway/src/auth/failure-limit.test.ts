import { describe, expect, it } from "vitest";

import { createFailureLimit } from "./failure-limit.ts";

const setup = (maxPeers?: number) => {
  const clock = { now: 1000 };
  const limit = createFailureLimit({
    maxFailures: 3,
    windowMs: 100,
    now: () => clock.now,
    ...(maxPeers !== undefined && { maxPeers }),
  });
  return { clock, limit };
};

describe("failure limit", () => {
  it("refuses a peer after its failures and says for how long", () => {
    const { clock, limit } = setup();
    limit.recordFailure("a");
    clock.now += 10;
    limit.recordFailure("a");
    expect(limit.retryAfterMs("a")).toBe(0);
    limit.recordFailure("a");
    expect(limit.retryAfterMs("a")).toBe(90);
    expect(limit.retryAfterMs("b")).toBe(0);
    clock.now += 90;
    expect(limit.retryAfterMs("a")).toBe(0);
  });

  it("lets this machine fail more often, where one tool with an old token would lock out the platform, but not for ever", () => {
    const { limit } = setup();
    for (const peer of ["127.0.0.1", "::1", "127.0.0.1.example"]) {
      for (let failure = 0; failure < 5; failure++) limit.recordFailure(peer);
    }
    expect(limit.retryAfterMs("127.0.0.1")).toBe(0);
    expect(limit.retryAfterMs("::1")).toBe(0);
    expect(limit.retryAfterMs("127.0.0.1.example")).toBeGreaterThan(0);
    for (let failure = 0; failure < 200; failure++) limit.recordFailure("127.0.0.1");
    expect(limit.retryAfterMs("127.0.0.1")).toBeGreaterThan(0);
  });

  it("remembers a bounded number of peers", () => {
    const { limit } = setup(2);
    for (const peer of ["a", "a", "a", "b", "c"]) limit.recordFailure(peer);
    expect(limit.retryAfterMs("a")).toBe(0);
  });
});
