import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { createOutputWindow } from "./output-window.ts";

describe("an output window", () => {
  it("keeps exactly the head and the tail, however the output comes in", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 30 })), (pieces) => {
        const window = createOutputWindow({ headChars: 10, tailChars: 15 });
        for (const piece of pieces) window.add(piece);
        const all = pieces.join("");
        const left = all.length - 25;
        expect(window.tail(8)).toBe(all.slice(-8));
        expect(window.text()).toBe(
          left <= 0 ? all : `${all.slice(0, 10)}\n[… ${left} characters left out …]\n${all.slice(-15)}`,
        );
      }),
    );
  });
});
