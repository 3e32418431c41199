import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { backoffDelayMs } from "./backoff.ts";

describe("backoffDelayMs", () => {
  const limits = { minDelayMs: 100, maxDelayMs: 5000 };

  it("doubles from the minimum to the maximum", () => {
    expect([0, 1, 2, 3, 20].map((failures) => backoffDelayMs(limits, failures, 1))).toEqual([100, 200, 400, 800, 5000]);
  });

  it("is never zero and never over the maximum", () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
        const delay = backoffDelayMs(limits, failures, random);
        expect(delay).toBeGreaterThanOrEqual(50);
        expect(delay).toBeLessThanOrEqual(5000);
      }),
    );
  });
});
