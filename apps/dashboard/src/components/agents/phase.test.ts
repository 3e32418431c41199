import { describe, expect, it } from "vitest";

import { phaseMeaning } from "./phase.ts";

describe("a phase", () => {
  it("lets people talk only to an agent that answers, or did a moment ago", () => {
    expect(phaseMeaning({ phase: "ready", desired: "running" }).reachable).toBe(true);
    expect(phaseMeaning({ phase: "degraded", desired: "running" }).reachable).toBe(true);
    expect(phaseMeaning({ phase: "verifying", desired: "running" }).reachable).toBe(false);
  });

  it("never says ready of an agent that is being deleted", () => {
    expect(phaseMeaning({ phase: "ready", desired: "terminated" })).toMatchObject({
      words: "Being deleted",
      reachable: false,
    });
    expect(phaseMeaning({ phase: "terminated", desired: "terminated" }).words).toBe("Deleted");
  });
});
