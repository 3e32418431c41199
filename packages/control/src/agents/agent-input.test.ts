import { describe, expect, it } from "vitest";

import { parseIdempotencyKey, parseName, parsePurpose } from "./agent-input.ts";

const invalid = (path: string) =>
  expect.objectContaining({ code: "INVALID_REQUEST", details: [expect.objectContaining({ path })] });

describe("an agent's name", () => {
  it.each([
    ["  Koi ", "Koi"],
    ["鯉", "鯉"],
    ["🐟".repeat(80), "🐟".repeat(80)],
    ["e\u0301", "\u00e9"],
  ])("is trimmed and normalized: %j", (input, name) => {
    expect(parseName(input)).toBe(name);
  });

  it.each(["", "   ", "a\nb", "a\0b", "a\u0007b", "a\u2028b", "\ud800", "x".repeat(81), "🐟".repeat(81)])(
    "is refused with its path: %j",
    (input) => {
      expect(() => parseName(input)).toThrow(invalid("name"));
    },
  );
});

describe("an agent's purpose", () => {
  it("may be missing, and may have lines", () => {
    expect(parsePurpose(undefined)).toBe("");
    expect(parsePurpose(" one\n\ttwo\r\n")).toBe("one\n\ttwo");
  });

  it.each(["a\0b", "a\u001bb", "x".repeat(2_001)])("is refused with its path: %j", (input) => {
    expect(() => parsePurpose(input)).toThrow(invalid("purpose"));
  });
});

describe("an idempotency key", () => {
  it.each(["", "a\0", "x".repeat(201)])("is refused with its path: %j", (input) => {
    expect(() => parseIdempotencyKey(input)).toThrow(invalid("idempotencyKey"));
  });
});
