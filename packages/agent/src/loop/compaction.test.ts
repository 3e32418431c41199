import { fault } from "@skykoi/fault";
import { estimateTokens, type LanguageModel, type ModelEvent, type ModelInfo, type ModelRequest } from "@skykoi/model";
import { describe, expect, it } from "vitest";

import type { AgentEvent, TurnOptions } from "../port.ts";
import { createScene, collect, collectAnd, type Scene } from "../testing/scene.ts";
import { calls, says, saysThenHangs, scriptedModel, type ScriptedModel } from "../testing/scripted-model.ts";

const WINDOW = { contextWindow: 8_000, maxOutputTokens: 500 };

const words = (count: number): string => "some words of a text ".repeat(Math.ceil(count / 5));

/** Earlier runs of about 120 tokens each. */
const talk = async ({ transcript }: Scene, runs: number): Promise<void> => {
  for (let run = 0; run < runs; run++) {
    const runId = `past_${run}`;
    await transcript.append({ type: "user", runId, content: [{ type: "text", text: `question ${run}` }] });
    await transcript.append({
      type: "assistant",
      runId,
      content: [{ type: "text", text: `answer ${run}: ${words(60)}` }],
      model: "test/scripted",
      stopReason: "stop",
      usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
      costUsd: 0,
    });
    await transcript.append({ type: "runEnd", runId, outcome: "completed" });
  }
};

const asksFor = (request: ModelRequest): "notes" | "summary" | "answer" => {
  const text = JSON.stringify(request.messages.at(-1));
  if (text.includes("added to today's notes")) return "notes";
  return text.includes("takes the place of its older part") ? "summary" : "answer";
};

interface Answers {
  readonly notes?: (request: ModelRequest) => AsyncIterable<ModelEvent> | Iterable<ModelEvent>;
  readonly summary?: (request: ModelRequest) => AsyncIterable<ModelEvent> | Iterable<ModelEvent>;
  readonly answer?: (request: ModelRequest) => AsyncIterable<ModelEvent> | Iterable<ModelEvent>;
}

const compacting = (answers: Answers = {}, info: Partial<ModelInfo> = {}): ScriptedModel =>
  scriptedModel(
    (request) => {
      const all = {
        notes: () => says("- Likes tea."),
        summary: () => says("They talked of tea."),
        answer: () => says("Done."),
        ...answers,
      };
      return all[asksFor(request)](request);
    },
    { ...WINDOW, ...info },
  );

const kinds = (model: ScriptedModel): string[] => model.requests.map(asksFor);

const fits = (model: ScriptedModel): boolean =>
  model.requests.every(
    (request) =>
      estimateTokens(request) + (request.maxOutputTokens ?? model.info.maxOutputTokens) <= model.info.contextWindow,
  );

const notebook = (canAdd = true) => {
  const added: string[] = [];
  return {
    added,
    port: {
      canAdd: async () => canAdd,
      add: async (text: string) => {
        added.push(text);
        return true;
      },
    },
  };
};

const compactions = async (scene: Scene) => (await scene.reread()).filter((entry) => entry.type === "compaction");

const long = async (): Promise<Scene> => {
  const scene = await createScene();
  await talk(scene, 60);
  return scene;
};

const run = (scene: Scene, model: LanguageModel, options: Partial<TurnOptions> = {}): Promise<AgentEvent[]> =>
  collect(scene.run(model, options));

describe("a conversation that fills the window", () => {
  it("is compacted before it is full: notes first, then the summary, then the answer goes on from it", async () => {
    const scene = await long();
    const notes = notebook();
    const model = compacting();
    const events = await run(scene, model, { notes: notes.port });
    expect(kinds(model)).toEqual(["notes", "summary", "answer"]);
    expect(fits(model)).toBe(true);
    expect(notes.added).toEqual(["- Likes tea."]);
    const first = model.requests[2]?.messages[0];
    expect(first).toMatchObject({ role: "user", text: expect.stringContaining("They talked of tea.") });
    expect(JSON.stringify(model.requests[2]?.messages)).toContain("answer 59");
    expect(model.requests[2]?.messages.at(-1)).toMatchObject({ text: "Please." });
    expect(await compactions(scene)).toMatchObject([{ summary: "They talked of tea.", runId: "run_1" }]);
    expect(events.filter(({ type }) => type === "compaction")).toMatchObject([
      { phase: "start" },
      { phase: "end", completed: true, tokensAfter: expect.any(Number) },
    ]);
    expect(events.at(-1)).toMatchObject({ outcome: "completed", usage: { inputTokens: 30 } });
  });

  it("asks the same beginning of all three calls, so that they read it from the cache", async () => {
    const scene = await long();
    const model = compacting();
    await run(scene, model, { notes: notebook().port });
    const [notes, summary] = model.requests;
    expect(summary?.messages.slice(0, -1)).toEqual(notes?.messages.slice(0, -1));
    expect(summary?.tools).toEqual(notes?.tools);
    expect(summary?.system).toEqual(notes?.system);
  });

  it("goes on with an extract when no summary can be written", async () => {
    const scene = await long();
    const model = compacting({
      summary: () => {
        throw fault("MODEL_REQUEST_REFUSED");
      },
    });
    const events = await run(scene, model);
    expect(events.at(-1)).toMatchObject({ outcome: "completed" });
    const [entry] = await compactions(scene);
    expect(entry?.summary).toContain("No summary could be written");
    expect(entry?.summary).toContain("question ");
  });

  it("writes no notes in a conversation of others, in a workspace that takes none, and when there is nothing to note", async () => {
    for (const options of [{ notes: notebook().port, mainSession: false }, { notes: notebook(false).port }, {}]) {
      const model = compacting();
      await run(await long(), model, options);
      expect(kinds(model)).toEqual(["summary", "answer"]);
    }
    const notes = notebook();
    await run(await long(), compacting({ notes: () => says("NOTHING.") }), { notes: notes.port });
    expect(notes.added).toEqual([]);
  });

  it.each(["notes", "summary"] as const)(
    "is as it was when the run is stopped while it asks for the %s",
    async (phase) => {
      const scene = await long();
      const controller = new AbortController();
      const hang = (request: ModelRequest) => {
        setImmediate(() => controller.abort());
        return saysThenHangs("Half", request);
      };
      const notes = notebook();
      const model = compacting({ [phase]: hang });
      const events = await run(scene, model, { notes: notes.port, signal: controller.signal });
      expect(events.at(-1)).toMatchObject({ type: "run-end", outcome: "aborted" });
      expect(await compactions(scene)).toEqual([]);
      expect(notes.added).toEqual(phase === "notes" ? [] : ["- Likes tea."]);
      expect((await scene.reread()).at(-1)).toMatchObject({ type: "runEnd", outcome: "aborted" });
    },
  );

  it("reserves the worst case of each of its calls, and is not stuck when the limit is reached", async () => {
    const scene = await long();
    let reserved = 0;
    const spend = {
      reserve: async () => {
        reserved++;
        return { allowed: true as const, reservation: { settle: async () => undefined } };
      },
    };
    await run(scene, compacting(), { spend, notes: notebook().port });
    expect(reserved).toBe(3);
    const refused = { reserve: async () => ({ allowed: false as const, fault: fault("SPEND_LIMIT_REACHED") }) };
    const other = await long();
    const events = await run(other, compacting(), { spend: refused, notes: notebook().port });
    expect(events.at(-1)).toMatchObject({ outcome: "failed", fault: { code: "SPEND_LIMIT_REACHED" } });
  });
});

const limited = (limitTokens: number): ScriptedModel => {
  const check = (text: string) => (request: ModelRequest) => {
    if (estimateTokens(request) > limitTokens) throw fault("MODEL_CONTEXT_TOO_LONG");
    return says(text);
  };
  return compacting(
    { notes: check("NOTHING"), summary: check("They talked."), answer: check("Done.") },
    { contextWindow: 16_000 },
  );
};

describe("a provider with a smaller window than it is believed to have", () => {
  it("is told less, after a compaction, and answers", async () => {
    const scene = await long();
    const model = limited(5_000);
    const events = await run(scene, model);
    expect(events.at(-1)).toMatchObject({ outcome: "completed" });
    expect((await compactions(scene)).length).toBeGreaterThan(0);
  });

  it("that refuses whatever it is told ends the run with a clear error after two more tries", async () => {
    const scene = await long();
    const model = limited(0);
    const events = await run(scene, model);
    expect(events.at(-1)).toMatchObject({ outcome: "failed", fault: { code: "MODEL_CONTEXT_TOO_LONG" } });
    expect(kinds(model).filter((kind) => kind === "answer")).toHaveLength(3);
  });
});

describe("a long run", () => {
  it("of 50 steps with large outputs never asks too much, and no call is without its result", async () => {
    const scene = await createScene([
      {
        name: "read",
        description: "Read",
        inputSchema: { type: "object" },
        title: () => "read",
        execute: async () => ({ text: words(800), isError: false }),
      },
    ]);
    const model = compacting({ answer: (request) => calls("read", { step: request.messages.length }) });
    const events = await run(scene, model);
    expect(events.at(-1)).toMatchObject({ outcome: "failed", fault: { code: "RUN_LIMIT_REACHED" } });
    expect(kinds(model).filter((kind) => kind === "answer")).toHaveLength(50);
    expect(fits(model)).toBe(true);
    for (const { messages } of model.requests) {
      expect(messages.some((message) => message.role === "user" && message.text.includes("Please."))).toBe(true);
      for (const [index, message] of messages.entries()) {
        const next = messages[index + 1];
        const made = message.role === "assistant" ? message.toolCalls.map(({ id }) => id) : [];
        expect(next?.role === "tool" ? next.results.map(({ toolCallId }) => toolCallId) : []).toEqual(made);
      }
    }
  });
});

describe("a compaction by hand", () => {
  it("happens at once, with what the person asks of the summary, and says what came of it", async () => {
    const scene = await createScene();
    await talk(scene, 10);
    const model = compacting();
    const events = await collectAnd(
      scene.run(model, { compact: { instructions: "Keep the names." } }),
      () => undefined,
    );
    expect(kinds(model)).toEqual(["summary"]);
    expect(JSON.stringify(model.requests[0]?.messages.at(-1))).toContain("Keep the names.");
    expect(events.at(-1)).toMatchObject({
      outcome: "completed",
      message: { content: [{ text: expect.stringMatching(/about \d+ tokens now instead of \d+/) }] },
    });
    expect(await compactions(scene)).toHaveLength(1);
  });

  it("of next to nothing asks no model and says so", async () => {
    const scene = await createScene();
    const model = compacting();
    const events = await run(scene, model, { compact: { instructions: "" } });
    expect(model.requests).toEqual([]);
    expect(events.at(-1)).toMatchObject({ message: { content: [{ text: "There is nothing to compact yet." }] } });
  });
});
