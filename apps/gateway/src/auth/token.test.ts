import { expect, it } from "vitest";

import { isSameToken } from "./token.ts";

it("accepts exactly the token", () => {
  expect(isSameToken("gwt_secret", "gwt_secret")).toBe(true);
  for (const wrong of ["", "gwt_secre", "gwt_secret ", "GWT_SECRET", "gwt_secret".repeat(1000), "\u0000"]) {
    expect(isSameToken(wrong, "gwt_secret")).toBe(false);
  }
});

it("accepts nothing when no token is configured", () => {
  expect(isSameToken("", "")).toBe(false);
});
