import { describe, expect, it } from "vitest";

import { imageSource, linkTarget } from "./link-policy.ts";

describe("a link in an agent's text", () => {
  it.each(["https://example.com/a?b=c", "http://localhost:8080/"])("leads outside: %s", (href) =>
    expect(linkTarget(href)).toEqual({ kind: "outside", href }),
  );

  it("may write an e-mail", () => {
    expect(linkTarget("mailto:mira@example.com")).toEqual({ kind: "mail", href: "mailto:mira@example.com" });
  });

  it.each([
    "javascript:alert(1)",
    " JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "file:///etc/passwd",
    "vbscript:x",
    "notes.md",
    "/agents/new",
    "//evil.example",
    "https://bank.example@evil.example/",
    "",
    undefined,
  ])("is only text: %s", (href) => expect(linkTarget(href)).toEqual({ kind: "none" }));
});

describe("an image in an agent's text", () => {
  it("is shown when it is in the text itself", () => {
    const src = "data:image/png;base64,iVBORw0KGgo=";
    expect(imageSource(src)).toEqual({ kind: "inline", src });
  });

  it.each([
    ["https://tracker.example/pixel.png", "tracker.example"],
    ["//tracker.example/pixel.png", null],
    ["/api/auth/sign-out", null],
    ["data:image/svg+xml;base64,PHN2Zz4=", null],
    ["data:text/html;base64,PHN2Zz4=", null],
    [undefined, null],
  ])("is blocked: %s", (src, host) => expect(imageSource(src)).toEqual({ kind: "blocked", host }));
});
