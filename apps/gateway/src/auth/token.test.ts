import { expect, it } from "vitest";

import { createTokenCheck } from "./token.ts";

it("accepts exactly the token", () => {
  const isToken = createTokenCheck("gwt_secret");
  expect(isToken("gwt_secret")).toBe(true);
  for (const wrong of ["", "gwt_secre", "gwt_secret ", "GWT_SECRET", "gwt_secret".repeat(1000), "\u0000"]) {
    expect(isToken(wrong)).toBe(false);
  }
});

it("accepts nothing when no token is configured", () => {
  expect(createTokenCheck("")("")).toBe(false);
});
