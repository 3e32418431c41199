import { describe, expect, it } from "vitest";

import { createRunEnds } from "./run-ends.ts";

const END = { type: "run-end", outcome: "aborted" } as const;
const LONG_MS = 60_000;

describe("the ends of runs", () => {
  it("reach everybody who waits for that run, and nobody else", async () => {
    const ends = createRunEnds();
    const waiting = [ends.wait("a", { timeoutMs: LONG_MS }), ends.wait("a", { timeoutMs: LONG_MS })];
    const other = ends.wait("b", { timeoutMs: 20 });
    ends.settle("a", END);
    expect(await Promise.all(waiting)).toEqual([END, END]);
    expect(await other).toBeUndefined();
  });

  it("are told to who asks a moment too late", async () => {
    const ends = createRunEnds();
    ends.settle("a", END);
    expect(await ends.wait("a", { timeoutMs: LONG_MS })).toEqual(END);
  });

  it("are forgotten, the oldest first, so that memory stays bounded", async () => {
    const ends = createRunEnds();
    for (let run = 0; run < 300; run++) ends.settle(`r${run}`, END);
    expect(await ends.wait("r0", { timeoutMs: 1 })).toBeUndefined();
    expect(await ends.wait("r299", { timeoutMs: 1 })).toEqual(END);
  });

  it("are not waited for when the caller has left", async () => {
    const ends = createRunEnds();
    const caller = new AbortController();
    const waiting = ends.wait("a", { timeoutMs: LONG_MS, signal: caller.signal });
    caller.abort();
    expect(await waiting).toBeUndefined();
    expect(await ends.wait("a", { timeoutMs: LONG_MS, signal: caller.signal })).toBeUndefined();
  });
});
