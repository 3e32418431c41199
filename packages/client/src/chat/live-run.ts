/** Folds the events of one run, in order of their sequence number, each once. */

import type { AgentEvent, AssistantMessage, ChatEvent } from "@skykoi/protocol/wire";

import { addPiece, ignoring, textFrom, withTool, withWholeText } from "./blocks.ts";
import type { LiveRun, RunEnd } from "./state.ts";

export type RunEvent =
  | { readonly kind: "chat"; readonly payload: ChatEvent; readonly cursor: string | undefined }
  | { readonly kind: "agent"; readonly payload: AgentEvent; readonly cursor: string | undefined };

/** Shown where a run was stopped by a person. */
export const STOPPED = "Stopped.";

export const isStart = ({ kind, payload }: RunEvent): boolean =>
  kind === "chat" && payload.state === "status" && payload.phase === "started";

/** Events that were folded before change nothing. */
export const foldRunEvent = (run: LiveRun, event: RunEvent): LiveRun => {
  const { seq } = event.payload;
  if (run.lastSeq !== undefined && seq <= run.lastSeq) return run;
  const begun = run.begun || !isWaiting(event);
  const missed = run.begun
    ? run.lastSeq !== undefined && firstSeq(event.payload) !== run.lastSeq + 1
    : begun && !isStart(event) && !isStop(event);
  const next: LiveRun = { ...run, begun, broken: run.broken || missed, lastSeq: seq };
  return event.kind === "chat" ? foldChat(next, event.payload, event.cursor) : foldAgent(next, event.payload);
};

/** A gateway joins pieces for a client that does not keep up. */
const firstSeq = (payload: ChatEvent | AgentEvent): number =>
  "fromSeq" in payload ? (payload.fromSeq ?? payload.seq) : payload.seq;

/** A run can be stopped or fail before it started. */
const isStop = ({ kind, payload }: RunEvent): boolean =>
  kind === "chat" && (payload.state === "aborted" || payload.state === "error");

const isWaiting = ({ kind, payload }: RunEvent): boolean =>
  kind === "chat" && payload.state === "status" && payload.phase === "queued";

const foldChat = (run: LiveRun, payload: ChatEvent, cursor: string | undefined): LiveRun => {
  switch (payload.state) {
    case "status":
      return {
        ...run,
        // A restart may begin a run anew whose first words were already heard.
        ...(payload.phase === "started" && { blocks: [], messageStart: 0 }),
        status: payload.phase === "queued" ? "queued" : "running",
        detail: payload.detail,
      };
    case "delta": {
      const grown = addPiece(run.blocks, "text", payload.deltaText);
      const whole = payload.message?.content.map(({ text }) => text).join("");
      const blocks = whole === undefined ? grown : withWholeText(grown, run.messageStart, whole);
      return { ...run, status: "running", detail: undefined, blocks };
    }
    case "final":
      return ended({ ...run, blocks: withFinalText(run, payload.message) }, { notice: undefined, cursor });
    case "aborted":
      return ended(run, { notice: { kind: "aborted", text: STOPPED }, cursor });
    case "error": {
      const kind = payload.errorKind === "RUN_INTERRUPTED" ? "interrupted" : "error";
      return ended(run, { notice: { kind, text: payload.errorMessage }, cursor });
    }
    default:
      return ignoring(run, payload);
  }
};

const foldAgent = (run: LiveRun, payload: AgentEvent): LiveRun => {
  switch (payload.stream) {
    case "lifecycle":
      return run;
    case "assistant":
      return messageClosed({ ...run, blocks: withWholeText(run.blocks, run.messageStart, payload.data.text) });
    case "reasoning":
      return { ...run, status: "running", blocks: addPiece(run.blocks, "thinking", payload.data.delta) };
    case "tool":
      return messageClosed({ ...run, status: "running", blocks: withTool(run.blocks, payload.data) });
    case "compaction":
      return run;
    case "usage":
      return messageClosed(run);
    default:
      return ignoring(run, payload);
  }
};

const messageClosed = (run: LiveRun): LiveRun => ({ ...run, detail: undefined, messageStart: run.blocks.length });

const ended = (run: LiveRun, end: RunEnd): LiveRun => ({
  ...messageClosed(run),
  status: "ended",
  end,
});

/** The answer is there even if nothing of it was streamed. */
const withFinalText = (run: LiveRun, message: AssistantMessage): LiveRun["blocks"] => {
  const afterTools = run.blocks.findLastIndex(({ kind }) => kind === "tool") + 1;
  if (textFrom(run.blocks, afterTools) !== "") return run.blocks;
  const text = message.content.map((block) => (block.type === "text" ? block.text : "")).join("");
  return text === "" ? run.blocks : [...run.blocks, { kind: "text", text }];
};
