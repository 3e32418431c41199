import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { createOutputWindow } from "./output-window.ts";

const plain = fc.string({ maxLength: 30, unit: fc.constantFrom("a", "b", "c", " ", "\n") });

describe("an output window", () => {
  it("keeps exactly the head and the tail, however the output comes in", () => {
    fc.assert(
      fc.property(fc.array(plain), (pieces) => {
        const window = createOutputWindow({ headBytes: 10, tailBytes: 15 });
        for (const piece of pieces) window.add(Buffer.from(piece));
        const all = pieces.join("");
        const left = all.length - 25;
        expect(window.tail(8)).toBe(all.slice(-8));
        expect(window.totalBytes()).toBe(all.length);
        expect(window.text()).toBe(
          left <= 0 ? all : `${all.slice(0, 10)}\n[… ${left} bytes left out …]\n${all.slice(-15)}`,
        );
      }),
    );
  });

  it("copies what it keeps and cuts no character in two", () => {
    const window = createOutputWindow({ headBytes: 4, tailBytes: 4 });
    const chunk = Buffer.from("äöü-äöü-äöü");
    window.add(chunk);
    chunk.fill(0x78);
    expect(window.text()).toBe("äö\n[… 12 bytes left out …]\nöü");
  });
});
