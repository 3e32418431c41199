import { expect, it } from "vitest";

import { gaveUp } from "./reasons.ts";

it.each([
  ["The disk is full.", "The disk is full. Retry"],
  ["No place at /srv/koi", "No place at /srv/koi. Retry"],
  ["Is nginx there?", "Is nginx there? Retry"],
])("the last reason %j and the remedy are two sentences", (message, expected) => {
  expect(gaveUp(5, { code: "LAUNCH_FAILED", message }).message).toContain(expected);
});

it("a failure without a reason still says what it means", () => {
  expect(gaveUp(5, null).message).toBe(
    "Given up after 5 attempts. The instance could not be started. Retry when the cause is removed.",
  );
});
