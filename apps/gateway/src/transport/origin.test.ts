import { expect, it } from "vitest";

import { originAllowed } from "./origin.ts";

const allowed = ["https://koi.example.com"];

it.each([
  ["a program without an Origin", undefined, "127.0.0.1:18789", false, true],
  ["an allowed page", "https://koi.example.com", "10.0.0.5", true, true],
  ["a page of this machine", "http://127.0.0.1:18789", "127.0.0.1:18789", false, true],
  ["a page of this machine by name", "http://localhost:18789", "localhost:18789", false, true],
  ["another port of this machine", "http://127.0.0.1:9999", "127.0.0.1:18789", false, false],
  ["a foreign page", "https://evil.example", "127.0.0.1:18789", false, false],
  ["a name rebound to this machine", "http://evil.example:18789", "evil.example:18789", false, false],
  ["a local look through a proxy", "http://localhost", "localhost", true, false],
  ["an allowed name over http", "http://koi.example.com", "koi.example.com", false, false],
  ["a sandboxed page", "null", "127.0.0.1:18789", false, false],
  ["an empty Origin", "", "127.0.0.1:18789", false, false],
])("%s", (_case, origin, host, forwarded, expected) => {
  expect(originAllowed({ origin, host, forwarded }, allowed)).toBe(expected);
});
