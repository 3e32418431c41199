import type { AgentEvent } from "@skykoi/agent";
import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";

import { createCoalescer } from "./coalescer.ts";

const text = (piece: string): AgentEvent => ({ type: "text-delta", text: piece });
const update = (toolCallId: string, partial: string): AgentEvent => ({
  type: "tool-update",
  toolCallId,
  name: "exec",
  partial,
});
const end: AgentEvent = { type: "tool-end", toolCallId: "t1", name: "exec", result: "", isError: false, durationMs: 1 };

const collect = (maxCharacters = 512) => {
  const emitted: AgentEvent[] = [];
  const coalescer = createCoalescer({ windowMs: 25, maxCharacters, emit: (event) => emitted.push(event) });
  return { emitted, coalescer };
};

/** Joins neighbours, so that two streams can be compared whatever their pieces are. */
const merged = (events: readonly AgentEvent[]): unknown[] => {
  const result: { key: string; text: string }[] = [];
  for (const event of events) {
    const key = event.type === "tool-update" ? event.toolCallId : event.type;
    const piece = event.type === "text-delta" ? event.text : event.type === "tool-update" ? event.partial : "";
    const last = result.at(-1);
    if (last?.key === key && piece !== "") last.text += piece;
    else result.push({ key, text: piece });
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
      fc.tuple(fc.constantFrom("t1", "t2"), fc.string({ minLength: 1 })).map(([id, piece]) => update(id, piece)),
      fc.constant(end),
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
