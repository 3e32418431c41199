import { randomBytes } from "node:crypto";

import { describe, expect, it } from "vitest";

import { readableText } from "./readable-text.ts";

const read = (text: string) => readableText(Buffer.from(text));

describe("readable text", () => {
  it("has no colours, no bells, and of an overwritten line only what was seen last", () => {
    expect(read("\u001b[1;31mred\u001b[0m\u0007\r\n10 %\r50 %\r100 %\nabx\bc\n")).toBe("red\n100 %\nabc\n");
  });

  it("keeps every language, and one wrong byte", () => {
    expect(read("Grüße, 你好 🐟\n")).toBe("Grüße, 你好 🐟\n");
    expect(readableText(Buffer.from("caf\u00e9 and a long enough text around it", "latin1"))).toContain(
      "caf\ufffd and",
    );
  });

  it("says how much binary output there was instead of showing it", () => {
    expect(readableText(randomBytes(5_000))).toMatch(/^\[5000 bytes of binary output are not shown/);
    expect(readableText(Buffer.alloc(100))).toMatch(/^\[100 bytes of binary output/);
  });
});
