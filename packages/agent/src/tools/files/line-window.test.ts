import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { createLineWindow } from "./line-window.ts";

describe("a line window", () => {
  it("takes the same lines however the bytes are cut into chunks", () => {
    const line = fc.string({ unit: fc.constantFrom("a", "ä", "\r"), maxLength: 6 });
    const input = fc.record({
      lines: fc.array(line, { maxLength: 12 }),
      offset: fc.integer({ min: 1, max: 6 }),
      maxLines: fc.integer({ min: 1, max: 6 }),
      chunkBytes: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(input, ({ lines, offset, maxLines, chunkBytes }) => {
        const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(""));
        const window = createLineWindow({ offset, maxLines, maxBytes: 10_000 });
        for (let at = 0; at < bytes.byteLength; at += chunkBytes) {
          if (window.push(bytes.subarray(at, at + chunkBytes))) break;
        }
        const wanted = lines.slice(offset - 1, offset - 1 + maxLines);
        const { text, lineCount, more, cut } = window.result();
        expect(text).toBe(wanted.join("\n"));
        expect({ lineCount, cut }).toEqual({ lineCount: wanted.length, cut: false });
        expect(more).toBe(lines.length > offset - 1 + maxLines);
      }),
    );
  });

  it("never gives back more bytes than allowed", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 40 })), fc.integer({ min: 1, max: 50 }), (lengths, maxBytes) => {
        const window = createLineWindow({ offset: 1, maxLines: 100, maxBytes });
        window.push(Buffer.from(lengths.map((length) => `${"x".repeat(length)}\n`).join("")));
        expect(Buffer.byteLength(window.result().text)).toBeLessThanOrEqual(maxBytes);
      }),
    );
  });
});
