import type { AgentEvent } from "@skykoi/agent";
import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";

import { createCoalescer } from "./coalescer.ts";

const text = (piece: string): AgentEvent => ({ type: "text-delta", text: piece });
/** Each shows the newest output, so none can be joined with another. */
const update = (partial: string): AgentEvent => ({ type: "tool-update", toolCallId: "t1", name: "exec", partial });

const collect = (maxCharacters = 512) => {
  const emitted: AgentEvent[] = [];
  const coalescer = createCoalescer({ windowMs: 25, maxCharacters, emit: (event) => emitted.push(event) });
  return { emitted, coalescer };
};

/** Joins neighbouring pieces, so that two streams can be compared whatever their pieces are. */
const merged = (events: readonly AgentEvent[]): AgentEvent[] => {
  const result: AgentEvent[] = [];
  for (const event of events) {
    const last = result.at(-1);
    if (event.type === "text-delta" && last?.type === "text-delta") {
      result[result.length - 1] = { ...event, text: last.text + event.text };
    } else if (event.type === "reasoning-delta" && last?.type === "reasoning-delta") {
      result[result.length - 1] = { ...event, text: last.text + event.text };
    } else result.push(event);
  }
  return result;
};

describe("coalescer", () => {
  it("sends the first piece at once and joins what follows within the window", () => {
    vi.useFakeTimers();
    try {
      const { emitted, coalescer } = collect();
      for (const piece of ["a", "b", "c"]) coalescer.push(text(piece));
      expect(emitted).toEqual([text("a")]);
      vi.advanceTimersByTime(25);
      expect(emitted).toEqual([text("a"), text("bc")]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("loses nothing and keeps the order, whatever comes", () => {
    const event = fc.oneof(
      fc.string({ minLength: 1 }).map(text),
      fc.string({ minLength: 1 }).map((piece): AgentEvent => ({ type: "reasoning-delta", text: piece })),
      fc.string({ minLength: 1 }).map(update),
    );
    fc.assert(
      fc.property(fc.array(event), fc.integer({ min: 1, max: 40 }), (events, maxCharacters) => {
        const { emitted, coalescer } = collect(maxCharacters);
        for (const one of events) coalescer.push(one);
        coalescer.flush();
        expect(merged(emitted)).toEqual(merged(events));
        expect(emitted.length).toBeLessThanOrEqual(events.length);
      }),
    );
  });
});
