import { describe, expect, it } from "vitest";

import { contentSecurityPolicy } from "./content-security-policy.ts";

const policy = (host: string, development = false) => contentSecurityPolicy({ nonce: "n0", host, development });

describe("the content security policy", () => {
  it("runs only scripts with the page's nonce, and never from text", () => {
    expect(policy("koi.example")).toContain("script-src 'self' 'nonce-n0' 'strict-dynamic';");
    expect(policy("koi.example")).not.toContain("unsafe-eval");
  });

  it("connects to this host only", () => {
    expect(policy("koi.example:8443")).toContain("connect-src 'self' ws://koi.example:8443 wss://koi.example:8443;");
    expect(policy("[::1]:3000")).toContain("connect-src 'self' ws://[::1]:3000 wss://[::1]:3000;");
  });

  it.each(["evil.example; script-src *", "a b", "*", "x'y", ""])(
    "takes no directive from the host header: %s",
    (host) => expect(policy(host)).toContain("connect-src 'self';"),
  );

  it("names no other origin", () => {
    expect(policy("koi.example")).not.toMatch(/https?:|\*/);
  });
});
