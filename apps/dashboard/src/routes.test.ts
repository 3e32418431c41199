import { describe, expect, it } from "vitest";

import { safeNext, signInPath } from "./routes.ts";

describe("where a person goes after signing in", () => {
  it("is the page they asked for", () => {
    expect(signInPath("/agents/agt_1?view=timeline")).toBe("/sign-in?next=%2Fagents%2Fagt_1%3Fview%3Dtimeline");
    expect(safeNext("/agents/agt_1?view=timeline")).toBe("/agents/agt_1?view=timeline");
  });

  it.each([
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "/.//evil.example",
    "/a/..//evil.example",
    "/%2e//evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
    "agents",
    ["/a", "/b"],
    undefined,
    null,
  ])("is never somewhere else: %s", (next) => expect(safeNext(next)).toBe("/"));
});
