import { expect, it } from "vitest";

import { peerAddress } from "./peer-address.ts";

it.each([
  ["203.0.113.9", undefined, "203.0.113.9"],
  ["::ffff:203.0.113.9", undefined, "203.0.113.9"],
  ["203.0.113.9", "1.2.3.4", "203.0.113.9"],
  ["127.0.0.1", undefined, "127.0.0.1"],
  ["127.0.0.1", "198.51.100.7", "198.51.100.7"],
  ["::ffff:127.0.0.1", "198.51.100.7", "198.51.100.7"],
  ["127.0.0.1", "6.6.6.6, 198.51.100.7", "198.51.100.7"],
  ["127.0.0.1", "198.51.100.7, 127.0.0.1", "198.51.100.7"],
  [undefined, undefined, "unknown"],
])("from %s with X-Forwarded-For %s comes %s", (remoteAddress, forwardedFor, expected) => {
  expect(peerAddress({ remoteAddress, forwardedFor }, ["127.0.0.1"])).toBe(expected);
});
