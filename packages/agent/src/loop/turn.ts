/** What the steps of one run share: its options with their defaults filled in, and what it has used so far. */

import { isFault } from "@skykoi/fault";
import { NO_USAGE, type LanguageModel, type ToolSpec, type Usage } from "@skykoi/model";

import type { AgentEvent, AssistantEntry, Tool, TranscriptEntry, TurnOptions } from "../port.ts";
import type { AnswerDraft } from "./ending.ts";
import { retryDelayMs } from "./retry.ts";
import { addUsage, contextTokens } from "./usage.ts";

const MAX_MODEL_CALLS = 50;
const MIN_WINDOW_SCALE = 1 / 4;

type Unmetered = Omit<TurnOptions, "spend" | "worstCaseUsd" | "fallbacks" | "media" | "notes" | "compact" | "report">;
type Optional = Pick<TurnOptions, "spend" | "worstCaseUsd" | "media" | "notes" | "compact" | "report">;

export interface Turn extends Required<Unmetered>, Optional {
  /** The one that answers now. */
  readonly model: LanguageModel;
  /** Puts the next model that `suits` in its place; undefined when there is none left. */
  nextModel(suits: (model: LanguageModel) => boolean): Promise<LanguageModel | undefined>;
  /** The part of its window that is believed in. */
  readonly windowScale: number;
  /** Believes in half as much; false when that was done often enough. */
  believeLess(): boolean;
  /** Fires also when nobody reads the events any more. */
  readonly signal: AbortSignal;
  readonly toolSpecs: readonly ToolSpec[];
  /** Ids of the tool calls a model has been told of in this run. */
  readonly callIds: Set<string>;
  /** Runs that are answered by this one. */
  readonly joinedRuns: Set<string>;
  noteCallIds(context: readonly TranscriptEntry[]): void;
  tool(name: string): Tool | undefined;
  /** Counts a call; answers the event that tells the run's sum so far. */
  record(usage: Usage): AgentEvent;
  used(): { readonly usage: Usage; readonly costUsd: number };
  appendAnswer(answer: AnswerDraft): Promise<AssistantEntry>;
}

export const createTurn = (options: TurnOptions, signal: AbortSignal): Turn => {
  const tools = new Map(options.tools.map((tool) => [tool.name, tool]));
  const callIds = new Set<string>();
  let usage = NO_USAGE;
  let costUsd = 0;
  let model = options.model;
  let windowScale = 1;
  const fallbacks = [...(options.fallbacks ?? [])];

  return {
    ...options,
    signal,
    thinking: options.thinking ?? "off",
    get model() {
      return model;
    },
    get windowScale() {
      return windowScale;
    },
    believeLess: () => {
      if (windowScale <= MIN_WINDOW_SCALE) return false;
      windowScale /= 2;
      return true;
    },
    nextModel: async (suits) => {
      for (let next = fallbacks.shift(); next; next = fallbacks.shift()) {
        const loaded = await loadOrSkip(next.load);
        if (!loaded || !suits(loaded)) continue;
        windowScale = 1;
        return (model = loaded);
      }
      return undefined;
    },
    maxModelCalls: options.maxModelCalls ?? MAX_MODEL_CALLS,
    retryDelayMs: options.retryDelayMs ?? retryDelayMs,
    now: options.now ?? Date.now,
    toolSpecs: options.tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema })),
    joined: options.joined ?? [],
    joinedRuns: new Set(options.joined),
    steering: options.steering ?? noSteering,
    callIds,
    noteCallIds: (context) => {
      for (const id of context.flatMap(callIdsOf)) callIds.add(id);
    },
    tool: (name) => tools.get(name),
    record: (ofCall) => {
      usage = addUsage(usage, ofCall);
      costUsd += options.costUsd(ofCall, model.info.ref);
      return { type: "usage", usage, costUsd, contextTokens: contextTokens(ofCall) };
    },
    used: () => ({ usage, costUsd }),
    appendAnswer: (answer) =>
      options.transcript.append({
        type: "assistant",
        runId: options.runId,
        model: model.info.ref,
        costUsd: options.costUsd(answer.usage, model.info.ref),
        ...answer,
      }),
  };
};

const noSteering = (): Promise<readonly string[]> => Promise.resolve([]);

/** A fallback that is not configured any more is no reason to give up on the next one. */
const loadOrSkip = async (load: () => Promise<LanguageModel>): Promise<LanguageModel | undefined> => {
  try {
    return await load();
  } catch (thrown) {
    if (isFault(thrown)) return undefined;
    throw thrown;
  }
};

const callIdsOf = (entry: TranscriptEntry): string[] =>
  entry.type === "assistant" ? entry.content.flatMap((block) => (block.type === "toolCall" ? [block.id] : [])) : [];
