import { describe, expect, it } from "vitest";

import type { Tool } from "../port.ts";
import { unfinishedRuns } from "../sessions/recovery.ts";
import { collect, createScene, RUN, type Scene } from "../testing/scene.ts";
import { calls, says, scriptedModel, USAGE } from "../testing/scripted-model.ts";

const counting = (): Tool & { readonly inputs: readonly unknown[] } => {
  const inputs: unknown[] = [];
  return {
    inputs,
    name: "count",
    description: "Count",
    inputSchema: { type: "object" },
    title: () => "count",
    execute: async (input) => {
      inputs.push(input);
      return { text: "counted", isError: false };
    },
  };
};

const joins = async ({ transcript }: Scene, runId: string, text: string, into = RUN): Promise<void> => {
  await transcript.append({ type: "user", runId, content: [{ type: "text", text }] });
  await transcript.append({ type: "joined", runId, into });
};

/** Steers with `text` when it is asked for the given time. */
const steersAt = (scene: Scene, time: number, text: string) => {
  let asked = 0;
  return async (): Promise<readonly string[]> => {
    if (++asked !== time) return [];
    await joins(scene, "run_2", text);
    return ["run_2"];
  };
};

const twoCalls = () => [
  { type: "tool-call", id: "one", name: "count", input: 1 } as const,
  { type: "tool-call", id: "two", name: "count", input: 2 } as const,
  { type: "finish", reason: "tool-calls", usage: USAGE } as const,
];

describe("a message during a run", () => {
  it("is seen before the next tool call, and the remaining calls of that answer are not done", async () => {
    const tool = counting();
    const scene = await createScene([tool]);
    const model = scriptedModel((_, call) => (call === 1 ? twoCalls() : says("As you say.")));
    const events = await collect(scene.run(model, { steering: steersAt(scene, 2, "Stop counting.") }));
    expect(tool.inputs).toEqual([1]);
    expect(model.requests[1]?.messages.slice(2)).toMatchObject([
      { role: "tool", results: [{ text: "counted" }, { text: expect.stringContaining("Not done"), isError: true }] },
      { role: "user", text: "Stop counting." },
    ]);
    expect(events.filter(({ type }) => type === "tool-end")).toHaveLength(2);
    expect(events.at(-1)).toMatchObject({ outcome: "completed" });
  });

  it("is seen before the next model call", async () => {
    const tool = counting();
    const scene = await createScene([tool]);
    const model = scriptedModel((_, call) => (call === 1 ? calls("count", 1) : says("Done.")));
    await collect(scene.run(model, { steering: steersAt(scene, 2, "And be brief.") }));
    expect(tool.inputs).toEqual([1]);
    expect(model.requests[1]?.messages.at(-1)).toMatchObject({ role: "user", text: "And be brief." });
  });

  it("ends with the run it joined, on the disk before that is told", async () => {
    const scene = await createScene([counting()]);
    const model = scriptedModel((_, call) => (call === 1 ? calls("count", 1) : says("Done.")));
    for await (const event of scene.run(model, { steering: steersAt(scene, 1, "Hurry.") })) {
      if (event.type !== "run-end") continue;
      const entries = await scene.reread();
      expect(entries.slice(-2)).toMatchObject([
        { type: "runEnd", runId: RUN, outcome: "completed" },
        { type: "runEnd", runId: "run_2", outcome: "completed", answeredBy: RUN },
      ]);
      expect(unfinishedRuns(entries)).toMatchObject({ toRun: [], interrupted: [], answered: [] });
    }
  });

  it("collected before the run is in its first request, and is not asked for twice", async () => {
    const scene = await createScene();
    await joins(scene, "run_2", "Also this.");
    const model = scriptedModel(() => says("Both."));
    await collect(scene.run(model, { joined: ["run_2"], steering: () => Promise.reject(new Error("asked")) }));
    expect(model.requests[0]?.messages).toMatchObject([{ text: "Please." }, { text: "Also this." }]);
    expect((await scene.reread()).at(-1)).toMatchObject({ runId: "run_2", answeredBy: RUN });
  });

  it("reads in a later turn as it was said, inside the run that answered it", async () => {
    const scene = await createScene([counting()]);
    const first = scriptedModel((_, call) => (call === 1 ? calls("count", 1) : says("Done.")));
    await collect(scene.run(first, { steering: steersAt(scene, 1, "Hurry.") }));
    await scene.transcript.append({ type: "user", runId: "run_3", content: [{ type: "text", text: "Next." }] });
    const later = scriptedModel(() => says("Yes."));
    await collect(scene.run(later, { runId: "run_3" }));
    expect(later.requests[0]?.messages.map(({ role }) => role)).toEqual([
      "user",
      "assistant",
      "tool",
      "user",
      "assistant",
      "user",
    ]);
  });

  it("of which too many waited is given to the model by its beginning", async () => {
    const scene = await createScene();
    const text = "x".repeat(5000);
    await scene.transcript.append({ type: "user", runId: "run_2", content: [{ type: "text", text }] });
    await scene.transcript.append({ type: "joined", runId: "run_2", into: RUN, shortened: true });
    const model = scriptedModel(() => says("Both."));
    await collect(scene.run(model, { joined: ["run_2"] }));
    const [, short] = model.requests[0]?.messages ?? [];
    expect(short?.role === "user" ? short.text.length : 0).toBeLessThan(300);
  });
});
