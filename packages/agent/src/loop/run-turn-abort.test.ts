import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { fault } from "@skykoi/fault";
import type { LanguageModel } from "@skykoi/model";
import { describe, expect, it } from "vitest";

import type { AgentEvent, Tool, TranscriptEntry } from "../port.ts";
import { unfinishedRuns } from "../sessions/recovery.ts";
import { eventually, isAlive } from "../testing/processes.ts";
import { collectAnd, createScene, temporaryDirectory } from "../testing/scene.ts";
import { calls, says, saysThenHangs, scriptedModel } from "../testing/scripted-model.ts";
import { testTools } from "../testing/tool-bench.ts";
import { modelMessages } from "./model-context.ts";

/** Runs and fires the signal at the first event for which `when` holds. */
const stopped = async (
  model: LanguageModel,
  when: (event: AgentEvent) => boolean,
  { tools = [], reason }: { tools?: readonly Tool[]; reason?: unknown } = {},
) => {
  const scene = await createScene(tools);
  const stop = new AbortController();
  const events = await collectAnd(scene.run(model, { signal: stop.signal }), (event) => {
    if (when(event)) stop.abort(reason);
  });
  const entries = await scene.reread();
  return { events, entries, end: events.at(-1) };
};

const endsValid = (entries: readonly TranscriptEntry[], outcome: string): void => {
  expect(entries.at(-1)).toMatchObject({ type: "runEnd", outcome });
  expect(unfinishedRuns(entries)).toMatchObject({ toRun: [], interrupted: [] });
  const messages = modelMessages(entries, "another");
  expect(messages.at(-1)?.role).toBe("assistant");
};

describe("a stop", () => {
  it("before the first model call ends the run without one", async () => {
    const model = scriptedModel(() => says("Never."));
    const { events, entries } = await stopped(model, ({ type }) => type === "run-start");
    expect(events).toEqual([{ type: "run-start" }, { type: "run-end", outcome: "aborted" }]);
    expect(model.requests).toEqual([]);
    endsValid(entries, "aborted");
  });

  it("while the answer streams keeps what was said", async () => {
    const model = scriptedModel((request) => saysThenHangs("Partly", request));
    const { end, entries } = await stopped(model, ({ type }) => type === "text-delta");
    expect(entries[1]).toMatchObject({ stopReason: "aborted", content: [{ type: "text", text: "Partly" }] });
    expect(end).toEqual({ type: "run-end", outcome: "aborted", message: entries[1] });
    endsValid(entries, "aborted");
  });

  it("is obeyed even when the model does not react to it", async () => {
    const model = scriptedModel(async function* () {
      yield { type: "text-delta", text: "Deaf" };
      await new Promise(() => undefined);
    });
    const { end } = await stopped(model, ({ type }) => type === "text-delta");
    expect(end).toMatchObject({ outcome: "aborted" });
  });

  it("during a retry's pause does not wait for its end", async () => {
    const scene = await createScene();
    const stop = new AbortController();
    const model = scriptedModel(() => {
      throw fault("MODEL_OVERLOADED");
    });
    const events = await collectAnd(
      scene.run(model, { signal: stop.signal, retryDelayMs: () => 60_000 }),
      (event) => void (event.type === "retry" && stop.abort()),
    );
    expect(events.at(-1)).toEqual({ type: "run-end", outcome: "aborted" });
    endsValid(await scene.reread(), "aborted");
  });

  it("between tool calls leaves the rest undone", async () => {
    const workspace = temporaryDirectory();
    const tools = testTools({ workspace });
    const model = scriptedModel(() => [
      ...calls("write", { path: "one.md", content: "1" }, "a").slice(0, 1),
      ...calls("write", { path: "two.md", content: "2" }, "b"),
    ]);
    const { end, entries } = await stopped(model, ({ type }) => type === "tool-end", { tools });
    expect(end).toMatchObject({ outcome: "aborted" });
    expect([existsSync(join(workspace, "one.md")), existsSync(join(workspace, "two.md"))]).toEqual([true, false]);
    endsValid(entries, "aborted");
  });

  it("during a command leaves no process behind, not even one that ignores SIGTERM", async () => {
    const workspace = temporaryDirectory();
    const tools = testTools({ workspace });
    const command = `(trap '' TERM; echo $BASHPID >> pids; while true; do sleep 0.1; done) &
      echo $$ >> pids; sleep 300 & echo $! >> pids; echo ready; wait`;
    const model = scriptedModel(() => calls("exec", { command }));
    const { end, entries } = await stopped(model, ({ type }) => type === "tool-update", { tools });
    const pids = readFileSync(join(workspace, "pids"), "utf8").trim().split("\n").map(Number);
    expect(pids.length).toBe(3);
    await eventually(() => !pids.some(isAlive));
    expect(end).toMatchObject({ outcome: "aborted" });
    expect(entries[2]).toMatchObject({
      type: "toolResult",
      isError: true,
      content: [{ text: "ready\n[stopped before it was finished]" }],
    });
    endsValid(entries, "aborted");
  });

  it("by a time limit ends the run as failed with that fault", async () => {
    const model = scriptedModel((request) => saysThenHangs("Slow", request));
    const reason = fault("TIMEOUT", { message: "The run took longer than 10 minutes." });
    const { end, entries } = await stopped(model, ({ type }) => type === "text-delta", { reason });
    expect(end).toEqual({ type: "run-end", outcome: "failed", fault: reason });
    expect(entries[1]).toMatchObject({ stopReason: "error", errorMessage: reason.message });
    endsValid(entries, "failed");
  });

  it("by a restart marks the run as interrupted and tells the reader", async () => {
    const model = scriptedModel((request) => saysThenHangs("", request));
    const scene = await createScene();
    const stop = new AbortController();
    const events = collectAnd(scene.run(model, { signal: stop.signal }), () => undefined);
    await eventually(() => model.requests.length === 1);
    stop.abort(fault("RUN_INTERRUPTED"));
    expect((await events).at(-1)).toMatchObject({ outcome: "failed", fault: { code: "RUN_INTERRUPTED" } });
    const entries = await scene.reread();
    expect(entries[1]).toMatchObject({ type: "notice", kind: "interrupted" });
    endsValid(entries, "interrupted");
  });
});

describe("a reader that goes away", () => {
  it("stops the model and the tool", async () => {
    const workspace = temporaryDirectory();
    const scene = await createScene(testTools({ workspace }));
    const model = scriptedModel(() => calls("exec", { command: "echo $$ > pid; echo up; sleep 300" }));
    for await (const event of scene.run(model)) if (event.type === "tool-update") break;
    const pid = Number(readFileSync(join(workspace, "pid"), "utf8"));
    await eventually(() => !isAlive(pid));
    expect(unfinishedRuns(await scene.transcript.openRuns()).interrupted).toEqual(["run_1"]);
  });
});
