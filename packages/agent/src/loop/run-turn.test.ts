import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { fault } from "@skykoi/fault";
import type { ModelEvent } from "@skykoi/model";
import { describe, expect, it } from "vitest";

import type { Tool } from "../port.ts";
import { collect, collectAnd, createScene, RUN, temporaryDirectory } from "../testing/scene.ts";
import { calls, says, scriptedModel, USAGE } from "../testing/scripted-model.ts";
import { testTools } from "../testing/tool-bench.ts";

const echo = (): Tool & { readonly inputs: readonly unknown[] } => {
  const inputs: unknown[] = [];
  return {
    inputs,
    name: "echo",
    description: "Echo",
    inputSchema: { type: "object" },
    title: () => "echo",
    execute: async (input) => {
      inputs.push(input);
      return { text: JSON.stringify(input), isError: false };
    },
  };
};

describe("a turn", () => {
  it("streams the answer and ends with the message that is on the disk", async () => {
    const scene = await createScene();
    const model = scriptedModel(() => [
      { type: "reasoning-delta", text: "Hm." },
      { type: "text-delta", text: "Hel" },
      { type: "text-delta", text: "lo" },
      { type: "finish", reason: "stop", usage: USAGE },
    ]);
    const events = await collect(scene.run(model));
    const [, message, end] = await scene.reread();
    expect(message).toMatchObject({
      type: "assistant",
      runId: RUN,
      model: "test/scripted",
      stopReason: "stop",
      usage: USAGE,
      costUsd: 0.015,
      content: [
        { type: "thinking", thinking: "Hm." },
        { type: "text", text: "Hello" },
      ],
    });
    expect(end).toMatchObject({ type: "runEnd", runId: RUN, outcome: "completed" });
    expect(events).toEqual([
      { type: "run-start" },
      { type: "reasoning-delta", text: "Hm." },
      { type: "text-delta", text: "Hel" },
      { type: "text-delta", text: "lo" },
      { type: "usage", usage: USAGE, costUsd: 0.015, contextTokens: 15 },
      { type: "run-end", outcome: "completed", message, usage: USAGE, costUsd: 0.015 },
    ]);
  });

  it("has everything it tells of on the disk before it tells of it", async () => {
    const scene = await createScene([echo()]);
    const model = scriptedModel((_, call) => (call === 1 ? calls("echo", { n: 1 }) : says("Done.")));
    for await (const event of scene.run(model)) {
      const last = (await scene.reread()).at(-1);
      if (event.type === "tool-start") expect(last).toMatchObject({ type: "assistant", stopReason: "toolUse" });
      if (event.type === "tool-end") expect(last).toMatchObject({ type: "toolResult", toolCallId: event.toolCallId });
      if (event.type === "run-end") expect(last).toMatchObject({ type: "runEnd", outcome: "completed" });
    }
  });

  it("works through a loop of 50 tool calls and sums up what they cost", async () => {
    const tool = echo();
    const scene = await createScene([tool]);
    const model = scriptedModel((_, call) => (call <= 50 ? calls("echo", { call }) : says("All done.")));
    const events = await collect(scene.run(model, { maxModelCalls: 51 }));
    expect(tool.inputs).toEqual(Array.from({ length: 50 }, (_, index) => ({ call: index + 1 })));
    expect(events.at(-1)).toMatchObject({
      outcome: "completed",
      usage: { inputTokens: 510, outputTokens: 255 },
      message: { content: [{ text: "All done." }] },
    });
    expect((await scene.reread()).length).toBe(1 + 50 * 2 + 1 + 1);
    expect(model.requests.at(-1)?.messages.length).toBe(1 + 50 * 2);
  });

  it("is stopped with a clear fault after its number of model calls", async () => {
    const scene = await createScene([echo()]);
    const events = await collect(
      scene.run(
        scriptedModel(() => calls("echo", {})),
        { maxModelCalls: 3 },
      ),
    );
    expect(events.at(-1)).toMatchObject({ outcome: "failed", fault: { code: "RUN_LIMIT_REACHED" } });
    expect((await scene.reread()).slice(-2)).toMatchObject([
      { type: "notice", kind: "error", content: [{ text: expect.stringContaining("3 steps") }] },
      { type: "runEnd", outcome: "failed" },
    ]);
  });

  it("runs several calls of one answer in their order and gives each its own id", async () => {
    const tool = echo();
    const scene = await createScene([tool]);
    const twice: ModelEvent[] = [
      { type: "tool-call", id: "same", name: "echo", input: 1 },
      { type: "tool-call", id: "same", name: "echo", input: 2 },
      { type: "finish", reason: "tool-calls", usage: USAGE },
    ];
    const model = scriptedModel((_, call) => (call === 1 ? twice : says("Done.")));
    const events = await collect(scene.run(model));
    expect(tool.inputs).toEqual([1, 2]);
    const ids = events.flatMap((event) => (event.type === "tool-end" ? [event.toolCallId] : []));
    expect(ids).toEqual(["same", "same_2"]);
    expect(model.requests[1]?.messages[2]).toMatchObject({
      results: [
        { toolCallId: "same", text: "1" },
        { toolCallId: "same_2", text: "2" },
      ],
    });
  });

  it("sends system text, tools and history to the model", async () => {
    const scene = await createScene([echo()]);
    const model = scriptedModel(() => says("Hi."));
    await collect(scene.run(model));
    expect(model.requests[0]).toMatchObject({
      system: "You are a test.",
      messages: [{ role: "user", text: "Please." }],
      tools: [{ name: "echo", description: "Echo", inputSchema: { type: "object" } }],
    });
  });
});

/** The result of one tool call, in a run that then goes on to its end. */
const answers = async (events: readonly ModelEvent[], tools: readonly Tool[]) => {
  const scene = await createScene(tools);
  const model = scriptedModel((_, call) => (call === 1 ? events : says("I see.")));
  const all = await collect(scene.run(model));
  expect(all.at(-1)).toMatchObject({ outcome: "completed" });
  return all.find((event) => event.type === "tool-end");
};

const realTools = () => testTools({ workspace: temporaryDirectory() });

describe("a failing tool", () => {
  it("tells the model which arguments were malformed", async () => {
    const end = await answers(calls("read", '{"path": "no'), realTools());
    expect(end).toMatchObject({ isError: true, result: expect.stringContaining("not valid JSON") });
  });

  it("tells the model which field was wrong and what was meant", async () => {
    const end = await answers(calls("read", { pathh: "notes.md" }), realTools());
    expect(end).toMatchObject({ isError: true, result: expect.stringContaining('did you mean "path"?') });
  });

  it("tells the model which tools there are when it asks for an unknown one", async () => {
    const end = await answers(calls("teleport", {}), [echo()]);
    expect(end).toMatchObject({ isError: true, result: expect.stringMatching(/no tool named "teleport".*echo/) });
  });

  it("does not end the run when it throws", async () => {
    const thrower = { ...echo(), execute: () => Promise.reject(new Error("boom")) };
    expect(await answers(calls("echo", {}), [thrower])).toMatchObject({
      isError: true,
      result: expect.stringContaining("boom"),
    });
  });
});

describe("a failing model", () => {
  const throttled = fault("MODEL_THROTTLED", { retryAfterMs: 7 });

  it("is asked again and answers", async () => {
    const scene = await createScene();
    const delays: number[] = [];
    const model = scriptedModel((_, call) => {
      if (call < 3) throw throttled;
      return says("At last.");
    });
    const retryDelayMs = (attempt: number): number => {
      delays.push(attempt);
      return 0;
    };
    const events = await collect(scene.run(model, { retryDelayMs }));
    expect(events.slice(1, 3)).toEqual([
      { type: "retry", attempt: 1, delayMs: 0, fault: throttled },
      { type: "retry", attempt: 2, delayMs: 0, fault: throttled },
    ]);
    expect(delays).toEqual([1, 2]);
    expect(events.at(-1)).toMatchObject({ outcome: "completed" });
    expect((await scene.reread()).map(({ type }) => type)).toEqual(["user", "assistant", "runEnd"]);
  });

  it("that is throttled four times ends the run with that fault, and the reader is told", async () => {
    const scene = await createScene();
    const model = scriptedModel(() => {
      throw throttled;
    });
    const events = await collect(scene.run(model));
    expect(model.requests.length).toBe(4);
    expect(events.at(-1)).toEqual({ type: "run-end", outcome: "failed", fault: throttled });
    expect((await scene.reread()).slice(1)).toMatchObject([
      { type: "notice", kind: "error", content: [{ text: throttled.message }] },
      { type: "runEnd", outcome: "failed" },
    ]);
  });

  it("that stops without a finish counts as broken and is asked again", async () => {
    const scene = await createScene();
    const model = scriptedModel((_, call) => (call === 1 ? [] : says("Now.")));
    const events = await collect(scene.run(model));
    expect(events[1]).toMatchObject({ type: "retry", fault: { code: "MODEL_STREAM_BROKEN" } });
    expect(events.at(-1)).toMatchObject({ outcome: "completed" });
  });

  it("with a bug ends the run as an internal fault", async () => {
    const scene = await createScene();
    const model = scriptedModel(() => {
      throw new TypeError("undefined is not a function");
    });
    expect((await collect(scene.run(model))).at(-1)).toMatchObject({ outcome: "failed", fault: { code: "INTERNAL" } });
  });

  it("that declines ends the run with the reason", async () => {
    const scene = await createScene();
    const model = scriptedModel(() => [{ type: "finish", reason: "content-filter", usage: USAGE }]);
    const events = await collect(scene.run(model));
    expect(events.at(-1)).toMatchObject({ outcome: "failed", fault: { code: "MODEL_REQUEST_REFUSED" } });
  });
});

describe("a failing disk", () => {
  it("ends the run with STORAGE_FAILED instead of telling what is not written", async () => {
    const scene = await createScene();
    const broken = {
      ...scene.transcript,
      append: () => Promise.reject(fault("STORAGE_FAILED")),
    };
    const events = await collect(
      scene.run(
        scriptedModel(() => says("Hello")),
        { transcript: broken },
      ),
    );
    expect(events.at(-1)).toMatchObject({ outcome: "failed", fault: { code: "STORAGE_FAILED" } });
  });
});

describe("tool output", () => {
  it("is shown while the tool works", async () => {
    const workspace = temporaryDirectory();
    writeFileSync(join(workspace, "gate"), "");
    const scene = await createScene(testTools({ workspace }));
    const command = "echo first; while [ -e gate ]; do sleep 0.02; done; echo second";
    const model = scriptedModel((_, call) => (call === 1 ? calls("exec", { command }) : says("Done.")));
    const events = await collectAnd(scene.run(model), (event) => {
      if (event.type === "tool-update") rmSync(join(workspace, "gate"), { force: true });
    });
    expect(events.find((event) => event.type === "tool-update")).toMatchObject({ partial: "first\n" });
    expect(events.find((event) => event.type === "tool-end")).toMatchObject({
      result: "first\nsecond\n[exit code 0]",
      isError: false,
    });
  });
});
