/** What the runtime takes and gives: entries of a transcript, events of a run, the function that runs a turn. */

import type { Fault } from "@skykoi/fault";
import type { LanguageModel, ModelInfo, ModelRequest, ThinkingLevel, Usage } from "@skykoi/model";

import type { NotesPort } from "./context/notes.ts";
import type { MessageOrigin, RunOverrides, CompactionWish } from "./run-overrides.ts";
import type { SpendPort } from "./spend/spend-port.ts";
import type { WorkspaceFile } from "./workspace/workspace-files.ts";

export type { CompactionWish, MessageOrigin, RunOverrides } from "./run-overrides.ts";

export type TextContent = { readonly type: "text"; readonly text: string };
/** A picture; its bytes are kept beside the transcripts, in the media store of the agent. */
export type ImageContent = {
  readonly type: "image";
  /** `image/png`, `image/jpeg`, `image/gif` or `image/webp`. */
  readonly mimeType: string;
  /** SHA-256 of the bytes, hexadecimal: their name in the media store. */
  readonly media: string;
  readonly sizeBytes: number;
};
export type ThinkingContent = {
  readonly type: "thinking";
  readonly thinking: string;
  /** What its provider wants to see again with the results of the tools it led to; opaque, not for clients. */
  readonly signature?: string;
};
export type ToolCallContent = {
  readonly type: "toolCall";
  readonly id: string;
  readonly name: string;
  /** One human line for the timeline. */
  readonly title: string;
  readonly arguments: unknown;
};

interface EntryBase {
  /** Sortable, unique in the transcript. */
  readonly id: string;
  /** The entry this one follows; null for the first. A branch is just another parent. */
  readonly parentId: string | null;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
}

export type StopReason = "stop" | "toolUse" | "length" | "aborted" | "error";

export interface UserEntry extends EntryBase {
  readonly type: "user";
  readonly runId: string;
  readonly content: readonly (TextContent | ImageContent)[];
  readonly origin?: MessageOrigin;
  /** Durable with the message, so that a restart runs it as it was asked for. */
  readonly overrides?: RunOverrides;
  /** A command to the gateway: for readers, never for the model. */
  readonly command?: true;
  /** Never in a file: `conversation` names here the other run that answers this message. */
  readonly answeredBy?: string;
  /** As `answeredBy`: the model is given the beginning of it. */
  readonly shortened?: boolean;
}

/**
 * From here on the message of the run `runId` is part of the run `into`, which answers it: that one saw it before its
 * next step, or both were collected into one turn. The newest of these entries counts; `into` its own run takes it back.
 */
export interface JoinedEntry extends EntryBase {
  readonly type: "joined";
  readonly runId: string;
  readonly into: string;
  /** Too many messages waited: the model is given the beginning of this one. */
  readonly shortened?: boolean;
}

export interface AssistantEntry extends EntryBase {
  readonly type: "assistant";
  readonly runId: string;
  readonly content: readonly (TextContent | ThinkingContent | ToolCallContent)[];
  readonly model: string;
  readonly stopReason: StopReason;
  readonly usage: Usage;
  readonly costUsd: number;
  readonly errorMessage?: string;
  /** The gateway's answer to a command: for readers, never for the model. */
  readonly command?: true;
}

export interface ToolResultEntry extends EntryBase {
  readonly type: "toolResult";
  readonly runId: string;
  readonly toolCallId: string;
  readonly toolName: string;
  readonly content: readonly (TextContent | ImageContent)[];
  readonly isError: boolean;
  readonly durationMs: number;
}

/** For the reader, never for the model. */
export interface NoticeEntry extends EntryBase {
  readonly type: "notice";
  readonly runId?: string;
  readonly kind: "interrupted" | "error" | "reset" | "compaction" | "note";
  readonly content: readonly TextContent[];
}

/** Marks how a run ended, so that a restart knows what is unfinished. Written before the final event is sent. */
export interface RunEndEntry extends EntryBase {
  readonly type: "runEnd";
  readonly runId: string;
  readonly outcome: "completed" | "aborted" | "failed" | "interrupted";
  /** The run that this one had joined; the answer is there. */
  readonly answeredBy?: string;
}

/** Older history as a summary. The model is told this and what follows from `firstKeptId` on; readers see everything. */
export interface CompactionEntry extends EntryBase {
  readonly type: "compaction";
  readonly runId?: string;
  readonly summary: string;
  /** The first entry the model is still told word for word; null: none of those before this one. */
  readonly firstKeptId: string | null;
  /** What the conversation occupied of the model's window before. */
  readonly tokensBefore: number;
}

/** From here on the session uses another model. */
export interface ModelChangeEntry extends EntryBase {
  readonly type: "modelChange";
  readonly runId?: undefined;
  readonly model: string;
}

/** From here on the session has another name. */
export interface LabelEntry extends EntryBase {
  readonly type: "label";
  readonly runId?: undefined;
  readonly label: string;
}

/** What a room of the gateway remembers with the conversation; nobody else reads it. */
export interface CustomEntry extends EntryBase {
  readonly type: "custom";
  readonly runId?: undefined;
  readonly name: string;
  readonly data: unknown;
}

export type TranscriptEntry =
  | UserEntry
  | JoinedEntry
  | AssistantEntry
  | ToolResultEntry
  | NoticeEntry
  | RunEndEntry
  | CompactionEntry
  | ModelChangeEntry
  | LabelEntry
  | CustomEntry;

/** A new entry without what the transcript assigns: id, parent, timestamp. */
export type NewEntry = TranscriptEntry extends infer E
  ? E extends TranscriptEntry
    ? Omit<E, "id" | "parentId" | "timestamp">
    : never
  : never;

export interface AppendOptions {
  /** Default: the entry before. Any other entry begins a branch there, which is from now on the current one. */
  readonly parentId?: string | null;
}

/** One session's append-only history. The only writer of its file. */
export interface Transcript {
  readonly sessionId: string;
  /** Appends in order; resolves when the entry is on disk (fdatasync). Throws STORAGE_FAILED. */
  append<E extends NewEntry>(entry: E, options?: AppendOptions): Promise<Extract<TranscriptEntry, { type: E["type"] }>>;
  /**
   * What a model may be told, oldest first: the last compaction of the current branch, then the entries from its
   * `firstKeptId` on and those of unfinished runs. Bounded; grows in place while it is held. Throws STORAGE_FAILED.
   */
  context(): Promise<readonly TranscriptEntry[]>;
  /** Entries of the runs that have no end, and of those they joined, in the order of the file. Throws STORAGE_FAILED. */
  openRuns(): Promise<readonly TranscriptEntry[]>;
  close(): Promise<void>;
}

/** What a run tells while it works. Events are values; the generator ends after `run-end`. */
export type AgentEvent =
  | { readonly type: "run-start" }
  | { readonly type: "text-delta"; readonly text: string }
  | { readonly type: "reasoning-delta"; readonly text: string }
  | { readonly type: "retry"; readonly attempt: number; readonly delayMs: number; readonly fault: Fault }
  /** A model did not answer; another one takes its place. */
  | { readonly type: "fallback"; readonly from: string; readonly to: string; readonly fault: Fault }
  /** Older history becomes a summary. Tokens are those of a whole request. */
  | { readonly type: "compaction"; readonly phase: "start"; readonly tokensBefore: number }
  | {
      readonly type: "compaction";
      readonly phase: "end";
      readonly tokensBefore: number;
      /** Left out when it was stopped. */
      readonly tokensAfter?: number;
      readonly completed: boolean;
    }
  | {
      readonly type: "tool-start";
      readonly toolCallId: string;
      readonly name: string;
      readonly title: string;
      readonly args: unknown;
    }
  /** `partial` is the output so far, or the end of it; it takes the place of the update before. */
  | { readonly type: "tool-update"; readonly toolCallId: string; readonly name: string; readonly partial: string }
  | {
      readonly type: "tool-end";
      readonly toolCallId: string;
      readonly name: string;
      readonly result: string;
      readonly isError: boolean;
      readonly durationMs: number;
    }
  /** After each model call: the sum of the run so far, and what the conversation occupies of the model's window. */
  | { readonly type: "usage"; readonly usage: Usage; readonly costUsd: number; readonly contextTokens: number }
  /** Last. `message` is the final assistant entry, already durable. */
  | {
      readonly type: "run-end";
      readonly outcome: "completed";
      readonly message: AssistantEntry;
      readonly usage: Usage;
      readonly costUsd: number;
    }
  | { readonly type: "run-end"; readonly outcome: "aborted"; readonly message?: AssistantEntry }
  | { readonly type: "run-end"; readonly outcome: "failed"; readonly fault: Fault };

/** The run a tool works for. */
export interface RunOrigin {
  readonly runId: string;
  readonly agentId: string;
  /** The full session key. */
  readonly sessionKey: string;
  /** The owner's own conversation: only there may tools show the curated memory. */
  readonly mainSession: boolean;
}

export interface ToolContext {
  readonly run: RunOrigin;
  readonly toolCallId: string;
  readonly signal: AbortSignal;
  /** Shows the output so far, or the end of it, while the tool works; bounded by the tool. */
  readonly update: (partial: string) => void;
}

export interface ToolImage {
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

export interface ToolResult {
  readonly text: string;
  readonly isError: boolean;
  /** Shown to the model beside the text, when it can see pictures. */
  readonly images?: readonly ToolImage[];
}

/** A tool as the loop sees it. Failures are results with `isError`; a throw is a bug and is reported as such. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema (TypeBox) of the input. */
  readonly inputSchema: object;
  /** One human line for validated input: "run `uname -a`". */
  title(input: unknown): string;
  /** Validates the input itself and answers a result the model can act on when it is wrong. */
  execute(input: unknown, context: ToolContext): Promise<ToolResult>;
}

export type KeptImage =
  | { readonly kind: "kept"; readonly image: ImageContent }
  /** `reason` is a sentence for the model or the person who sent it. */
  | { readonly kind: "refused"; readonly reason: string };

export interface MediaStore {
  /** Durable when it resolves. The same bytes are kept once. Throws STORAGE_FAILED. */
  put(bytes: Uint8Array): Promise<KeptImage>;
  /** undefined when there is no such picture. Throws STORAGE_FAILED. */
  read(media: string): Promise<Uint8Array | undefined>;
}

/** A model that is loaded when it is needed. */
export interface FallbackModel {
  readonly ref: string;
  readonly load: () => Promise<LanguageModel>;
}

export interface TurnOptions extends RunOrigin {
  readonly transcript: Transcript;
  readonly model: LanguageModel;
  /** Tried in their order when a model does not answer; the rest of the run stays with the one that did. */
  readonly fallbacks?: readonly FallbackModel[];
  /** `model` is the reference of the one that answered. */
  readonly costUsd: (usage: Usage, model: string) => number;
  /** How much a model that can reason does so. Default: off. */
  readonly thinking?: ThinkingLevel;
  /** Where lasting notes go before older history becomes a summary. Without it none are written. */
  readonly notes?: NotesPort;
  /** Only compacts the conversation. */
  readonly compact?: CompactionWish;
  /** Only says what occupies the model's window; these files are in the prompt. */
  readonly report?: readonly WorkspaceFile[];
  /** Where pictures are kept. Without it tools' pictures are left out. */
  readonly media?: MediaStore;
  /** Asked before every model call. Default: nothing is counted and nothing is limited. */
  readonly spend?: SpendPort;
  /** The most that this request to `model` can cost with so many tokens of output, in US dollars. Default: nothing. */
  readonly worstCaseUsd?: (request: ModelRequest, maxOutputTokens: number, model: ModelInfo) => number;
  readonly tools: readonly Tool[];
  readonly system: string;
  /**
   * Stops the run. A fault as its reason (TIMEOUT, RUN_INTERRUPTED) ends the run as failed with it; any other reason is
   * the person's wish and ends it as aborted.
   */
  readonly signal: AbortSignal;
  /** Runs whose messages joined this one before it began. */
  readonly joined?: readonly string[];
  /**
   * Asked before every tool call and every model call but the first: the runs whose messages came meanwhile and are by
   * now, durably, part of this run. Must not throw.
   */
  readonly steering?: () => Promise<readonly string[]>;
  /** Default 50. A run that needs more fails with RUN_LIMIT_REACHED. */
  readonly maxModelCalls?: number;
  /** Delay before attempt n (from 1) of a retryable model fault; default exponential with jitter. */
  readonly retryDelayMs?: (attempt: number, fault: Fault) => number;
  readonly now?: () => number;
}
