/** Runs one tool call: shows it, waits for it, writes its result down, shows the result. */

import { describeThrown } from "@skykoi/fault";

import type { AgentEvent, ImageContent, Tool, ToolCallContent, ToolResult, KeptImage } from "../port.ts";
import type { Turn } from "./turn.ts";

/** How long a stopped tool may take to clean up before the run goes on without it. */
const STOP_LIMIT_MS = 10_000;

export async function* runToolCall(turn: Turn, call: ToolCallContent): AsyncGenerator<AgentEvent, void> {
  const { id: toolCallId, name, title } = call;
  yield { type: "tool-start", toolCallId, name, title, args: call.arguments };
  const startedMs = turn.now();
  const result = yield* watch(turn, call);
  const durationMs = Math.max(0, Math.round(turn.now() - startedMs));
  const { isError } = result;
  const { text, images } = await keepImages(result, turn.media);
  await turn.transcript.append({
    type: "toolResult",
    runId: turn.runId,
    toolCallId,
    toolName: name,
    content: [{ type: "text", text }, ...images],
    isError,
    durationMs,
  });
  yield { type: "tool-end", toolCallId, name, result: text, isError, durationMs };
}

const SKIPPED =
  "Not done: a new message came in before this call. Read it first, then call the tool again if that is still wanted.";

/** For a call that a new message overtook: shown and answered like any other, but nothing is done. */
export async function* skipToolCall(turn: Turn, call: ToolCallContent): AsyncGenerator<AgentEvent, void> {
  const { id: toolCallId, name, title } = call;
  yield { type: "tool-start", toolCallId, name, title, args: call.arguments };
  const content = [{ type: "text" as const, text: SKIPPED }];
  const { runId } = turn;
  await turn.transcript.append({
    type: "toolResult",
    runId,
    toolCallId,
    toolName: name,
    content,
    isError: true,
    durationMs: 0,
  });
  yield { type: "tool-end", toolCallId, name, result: SKIPPED, isError: true, durationMs: 0 };
}

/** A picture that cannot be kept is said to be missing; the run goes on. */
const keepImages = async (
  { text, images = [] }: ToolResult,
  media: Turn["media"],
): Promise<{ readonly text: string; readonly images: readonly ImageContent[] }> => {
  if (images.length === 0) return { text, images: [] };
  const kept = await Promise.all(images.map(async ({ bytes }) => media?.put(bytes) ?? NOWHERE_TO_KEEP));
  const reasons = kept.flatMap((one) => (one.kind === "refused" ? [`[A picture was left out. ${one.reason}]`] : []));
  return {
    text: [text, ...reasons].filter((part) => part !== "").join("\n"),
    images: kept.flatMap((one) => (one.kind === "kept" ? [one.image] : [])),
  };
};

const NOWHERE_TO_KEEP: KeptImage = { kind: "refused", reason: "Pictures cannot be kept here." };

/** Hands on the newest update whenever there is one; a reader that is slow misses the ones in between. */
async function* watch(turn: Turn, call: ToolCallContent): AsyncGenerator<AgentEvent, ToolResult> {
  const tool = turn.tool(call.name);
  if (!tool) return unknownTool(turn, call.name);

  let bell = Promise.withResolvers<void>();
  let newest: string | undefined;
  let result: ToolResult | undefined;
  const finish = (finished: ToolResult): void => {
    result ??= finished;
    bell.resolve();
  };
  const update = (partial: string): void => {
    newest = partial;
    bell.resolve();
  };
  const { runId, agentId, sessionKey, mainSession } = turn;
  const run = { runId, agentId, sessionKey, mainSession };
  const context = { run, toolCallId: call.id, signal: turn.signal, update };
  execute(tool, call, context).then(finish, (thrown: unknown) => finish(bug(tool, thrown)));

  const disarm = afterAbort(turn.signal, STOP_LIMIT_MS, () => finish(didNotStop(call.name)));
  try {
    for (;;) {
      await bell.promise;
      bell = Promise.withResolvers();
      if (result) return result;
      if (newest === undefined) continue;
      const partial = newest;
      newest = undefined;
      yield { type: "tool-update", toolCallId: call.id, name: call.name, partial };
    }
  } finally {
    disarm();
  }
}

const execute = async (tool: Tool, call: ToolCallContent, context: Parameters<Tool["execute"]>[1]) =>
  tool.execute(call.arguments, context);

/** Calls back `delayMs` after the signal fired. Answers how to forget about it. */
const afterAbort = (signal: AbortSignal, delayMs: number, callback: () => void): (() => void) => {
  let timer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    timer = setTimeout(callback, delayMs);
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  return () => {
    signal.removeEventListener("abort", onAbort);
    clearTimeout(timer);
  };
};

const unknownTool = (turn: Turn, name: string): ToolResult => ({
  text: `There is no tool named "${name}". The tools are: ${turn.tools.map((tool) => tool.name).join(", ")}.`,
  isError: true,
});

const bug = (tool: Tool, thrown: unknown): ToolResult => ({
  text: `The tool ${tool.name} failed in a way it should not: ${describeThrown(thrown).split("\n", 1).join("")}`,
  isError: true,
});

const didNotStop = (name: string): ToolResult => ({
  text: `The tool ${name} did not stop within ${STOP_LIMIT_MS / 1000} seconds and was left behind.`,
  isError: true,
});
