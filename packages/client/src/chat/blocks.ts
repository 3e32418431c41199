/** What a run has said and done so far, in order: text, thinking, tool calls. */

import type { AgentEvent } from "@skykoi/protocol/wire";

export type Block =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "thinking"; readonly text: string }
  /** A message that joined the run while it worked; `runId` is its own. */
  | { readonly kind: "user"; readonly runId: string; readonly text: string }
  | ToolBlock;

export interface ToolBlock {
  readonly kind: "tool";
  readonly toolCallId: string;
  readonly name: string;
  readonly title: string;
  readonly args: unknown;
  readonly state: "running" | "done" | "failed";
  /** While it runs, the output so far or the end of it; then the whole result. */
  readonly output: string;
  readonly durationMs: number | undefined;
}

type ToolData = Extract<AgentEvent, { stream: "tool" }>["data"];

export const addPiece = (blocks: readonly Block[], kind: "text" | "thinking", piece: string): readonly Block[] => {
  const last = blocks.at(-1);
  return last?.kind === kind
    ? [...blocks.slice(0, -1), { kind, text: last.text + piece }]
    : [...blocks, { kind, text: piece }];
};

/** Text of all text blocks from `start` on. */
export const textFrom = (blocks: readonly Block[], start: number): string =>
  blocks
    .slice(start)
    .map((block) => (block.kind === "text" ? block.text : ""))
    .join("");

/** Makes the text of the message that begins at `start` read `whole`; what was heard of it may have holes. */
export const withWholeText = (blocks: readonly Block[], start: number, whole: string): readonly Block[] => {
  if (textFrom(blocks, start) === whole) return blocks;
  const others = blocks.slice(start).filter((block) => block.kind !== "text");
  return [...blocks.slice(0, start), ...others, { kind: "text", text: whole }];
};

export const withTool = (blocks: readonly Block[], data: ToolData): readonly Block[] => {
  const index = blocks.findIndex((block) => block.kind === "tool" && block.toolCallId === data.toolCallId);
  const known = blocks[index];
  const tool = nextTool(known?.kind === "tool" ? known : unknownTool(data), data);
  return known ? blocks.with(index, tool) : [...blocks, tool];
};

/** A tool whose start was not heard; the history knows its title and arguments. */
const unknownTool = ({ toolCallId, name }: ToolData): ToolBlock => ({
  kind: "tool",
  toolCallId,
  name,
  title: name,
  args: undefined,
  state: "running",
  output: "",
  durationMs: undefined,
});

const nextTool = (tool: ToolBlock, data: ToolData): ToolBlock => {
  switch (data.phase) {
    case "start":
      return { ...tool, title: data.title, args: data.args };
    case "update":
      return { ...tool, output: data.partialResult };
    case "result":
      return {
        ...tool,
        state: data.isError ? "failed" : "done",
        output: data.result,
        durationMs: data.durationMs,
      };
    default:
      return ignoring(tool, data);
  }
};

/** What a newer gateway tells beyond this version changes nothing. */
export const ignoring = <T>(known: T, _news: never): T => known;
