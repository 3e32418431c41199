import { fault, type FaultCode } from "@skykoi/fault";
import type { LanguageModel, ModelEvent, ModelInfo } from "@skykoi/model";
import { describe, expect, it } from "vitest";

import { collect, createScene } from "../testing/scene.ts";
import { calls, says, scriptedModel, USAGE } from "../testing/scripted-model.ts";

async function* breaksAfter(...events: readonly ModelEvent[]): AsyncGenerator<ModelEvent> {
  yield* events;
  throw fault("MODEL_STREAM_BROKEN");
}

const text = (words: string): ModelEvent => ({ type: "text-delta", text: words });

const fails = (code: FaultCode, info: Partial<ModelInfo> = {}) =>
  scriptedModel(() => {
    throw fault(code);
  }, info);

/** The second model is dearer. */
const costUsd = (_: unknown, ref: string): number => (ref === "test/second" ? 2 : 1);

const fallback = (model: LanguageModel) => ({ ref: model.info.ref, load: () => Promise.resolve(model) });

describe("an answer that breaks off", () => {
  it("goes on where it stopped: nothing is said twice and the transcript holds one answer", async () => {
    const scene = await createScene();
    const call: ModelEvent = { type: "tool-call", id: "t", name: "echo", input: {} };
    const model = scriptedModel((_, count) => (count === 1 ? breaksAfter(text("Half a"), call) : says(" sentence.")));
    const events = await collect(scene.run(model));
    const said = events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");
    expect(said).toBe("Half a sentence.");
    expect(events.filter(({ type }) => type === "retry")).toHaveLength(1);
    expect(model.requests[1]?.messages.slice(1)).toEqual([
      { role: "assistant", text: "Half a", toolCalls: [] },
      { role: "user", text: expect.stringContaining("Go on with the very next character") },
    ]);
    expect((await scene.reread()).slice(1)).toMatchObject([
      { type: "assistant", content: [{ type: "text", text: "Half a sentence." }], stopReason: "stop" },
      { type: "runEnd", outcome: "completed" },
    ]);
  });

  it("may go on to call tools, and the next call sees one answer", async () => {
    const scene = await createScene();
    const model = scriptedModel((_, count) =>
      count === 1 ? breaksAfter(text("Let me")) : count === 2 ? calls("echo", {}) : says("Done."),
    );
    expect((await collect(scene.run(model))).at(-1)).toMatchObject({ outcome: "completed" });
    expect(model.requests[2]?.messages[1]).toMatchObject({ text: "Let me", toolCalls: [{ name: "echo" }] });
  });

  it("in the middle of thinking is asked anew, and what its signature was for is not handed back", async () => {
    const scene = await createScene();
    const signed: ModelEvent[] = [
      { type: "reasoning-delta", text: "Hm." },
      { type: "reasoning-end", signature: "s" },
    ];
    const model = scriptedModel((_, count) => (count === 1 ? breaksAfter(...signed) : says("Yes.")));
    await collect(scene.run(model));
    expect(model.requests[1]?.messages).toEqual(model.requests[0]?.messages);
    expect((await scene.reread())[1]).toMatchObject({
      content: [
        { type: "thinking", thinking: "Hm." },
        { type: "text", text: "Yes." },
      ],
    });
    expect(JSON.stringify(await scene.reread())).not.toContain("signature");
  });

  it("again and again is kept as far as it came and marked with the fault", async () => {
    const scene = await createScene();
    const model = scriptedModel((_, count) => breaksAfter(text(`${count}`)));
    const events = await collect(scene.run(model));
    expect(model.requests).toHaveLength(4);
    expect(events.at(-1)).toMatchObject({ outcome: "failed", fault: { code: "MODEL_STREAM_BROKEN" } });
    expect((await scene.reread()).slice(1)).toMatchObject([
      { content: [{ type: "text", text: "1234" }], stopReason: "error", errorMessage: expect.any(String) },
      { type: "runEnd", outcome: "failed" },
    ]);
  });

  it("is kept as far as it came when the run is stopped while it waits", async () => {
    const scene = await createScene();
    const stop = new AbortController();
    const events = scene.run(
      scriptedModel(() => breaksAfter(text("Half"))),
      { signal: stop.signal, retryDelayMs: () => 60_000 },
    );
    for await (const event of events) if (event.type === "retry") stop.abort();
    expect((await scene.reread())[1]).toMatchObject({ content: [{ text: "Half" }], stopReason: "aborted" });
  });
});

describe("a model that does not answer", () => {
  it.each<[FaultCode, number]>([
    ["MODEL_AUTH_FAILED", 1],
    ["MODEL_NOT_FOUND", 1],
    ["MODEL_REQUEST_REFUSED", 1],
    ["MODEL_OVERLOADED", 4],
    ["MODEL_THROTTLED", 4],
  ])("with %s is replaced after %i attempts, visibly, and the answer tells who gave it", async (code, attempts) => {
    const scene = await createScene();
    const primary = fails(code);
    const second = scriptedModel(() => says("Here I am."), { ref: "test/second" });
    const events = await collect(scene.run(primary, { fallbacks: [fallback(second)], costUsd }));
    expect(primary.requests).toHaveLength(attempts);
    expect(events).toContainEqual({
      type: "fallback",
      from: "test/scripted",
      to: "test/second",
      fault: expect.objectContaining({ code }),
    });
    expect(events.at(-1)).toMatchObject({ outcome: "completed", message: { model: "test/second", costUsd: 2 } });
  });

  it("leaves the rest of the run to the one that does", async () => {
    const scene = await createScene();
    const primary = fails("MODEL_OVERLOADED");
    const second = scriptedModel((_, count) => (count === 1 ? calls("echo", {}) : says("Done.")));
    await collect(scene.run(primary, { fallbacks: [fallback(second)] }));
    expect([primary.requests.length, second.requests.length]).toEqual([4, 2]);
  });

  it("is followed by the next that can be loaded and suits, and by its own fault when none is left", async () => {
    const scene = await createScene();
    const gone = { ref: "test/gone", load: () => Promise.reject(fault("MODEL_NOT_FOUND")) };
    const small = scriptedModel(() => says("Too small."), { contextWindow: 10 });
    const large = fails("MODEL_CONTEXT_TOO_LONG", { contextWindow: 1_000_000 });
    const primary = fails("MODEL_CONTEXT_TOO_LONG");
    const events = await collect(scene.run(primary, { fallbacks: [gone, fallback(small), fallback(large)] }));
    expect([small.requests.length, large.requests.length]).toEqual([0, 3]);
    expect(events.at(-1)).toMatchObject({ outcome: "failed", fault: { code: "MODEL_CONTEXT_TOO_LONG" } });
  });

  it("in mid-answer is continued by the next one", async () => {
    const scene = await createScene();
    const primary = scriptedModel(async function* () {
      yield text("Half a");
      throw fault("MODEL_AUTH_FAILED");
    });
    const second = scriptedModel(() => says(" sentence."), { ref: "test/second" });
    const events = await collect(scene.run(primary, { fallbacks: [fallback(second)] }));
    expect(events.at(-1)).toMatchObject({ message: { model: "test/second", content: [{ text: "Half a sentence." }] } });
  });

  it("is not replaced for what is not its fault", async () => {
    const scene = await createScene();
    const second = scriptedModel(() => says("Hello."));
    const events = await collect(scene.run(fails("STORAGE_FAILED"), { fallbacks: [fallback(second)] }));
    expect(events.at(-1)).toMatchObject({ outcome: "failed", fault: { code: "STORAGE_FAILED" } });
    expect(second.requests).toHaveLength(0);
  });
});

describe("signed reasoning", () => {
  it("is handed back with the results of the tools it led to, also when the file was read anew", async () => {
    const scene = await createScene();
    const model = scriptedModel((_, count) =>
      count === 1
        ? [
            { type: "reasoning-delta", text: "I need it." },
            { type: "reasoning-end", signature: "s1" },
            { type: "reasoning-end", signature: "hidden" },
            { type: "tool-call", id: "t", name: "echo", input: {} },
            { type: "finish", reason: "tool-calls", usage: USAGE },
          ]
        : says("Done."),
    );
    await collect(scene.run(model));
    const reasoning = [
      { text: "I need it.", signature: "s1", model: "test/scripted" },
      { text: "", signature: "hidden", model: "test/scripted" },
    ];
    expect(model.requests[1]?.messages[1]).toMatchObject({ reasoning });
    expect((await scene.reread())[1]).toMatchObject({
      content: [{ thinking: "I need it.", signature: "s1" }, { thinking: "", signature: "hidden" }, {}],
    });
  });
});
