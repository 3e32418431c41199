/** Puts the pieces of one model call together, in the order in which they came. */

import type { ModelToolCall } from "@skykoi/model";

import type { AssistantEntry, ToolCallContent } from "../port.ts";

export interface Answer {
  addText(text: string): void;
  addThinking(thinking: string): void;
  /** Ends the thinking so far: what it was signed with is kept beside it. */
  signThinking(signature: string): void;
  addToolCall(call: ToolCallContent): void;
  content(): AssistantEntry["content"];
  /** Without tool calls: what is kept of an answer that broke off before any of them could run. */
  spokenContent(): AssistantEntry["content"];
  toolCalls(): readonly ToolCallContent[];
}

type Block = AssistantEntry["content"][number];

export const createAnswer = (): Answer => {
  const blocks: Block[] = [];
  const replaceLast = (block: Block): void => void blocks.splice(-1, 1, block);

  return {
    addText: (text) => {
      const last = blocks.at(-1);
      if (last?.type === "text") replaceLast({ type: "text", text: last.text + text });
      else blocks.push({ type: "text", text });
    },
    addThinking: (thinking) => {
      const last = blocks.at(-1);
      if (last?.type === "thinking" && last.signature === undefined)
        replaceLast({ type: "thinking", thinking: last.thinking + thinking });
      else blocks.push({ type: "thinking", thinking });
    },
    signThinking: (signature) => {
      const last = blocks.at(-1);
      if (last?.type === "thinking" && last.signature === undefined) replaceLast({ ...last, signature });
      else blocks.push({ type: "thinking", thinking: "", signature });
    },
    addToolCall: (call) => void blocks.push(call),
    content: () => [...blocks],
    spokenContent: () => blocks.filter(({ type }) => type !== "toolCall"),
    toolCalls: () => blocks.filter((block) => block.type === "toolCall"),
  };
};

/** Providers repeat ids over a conversation or leave them empty; a transcript needs each to be its own. */
export const uniqueCallId = (call: ModelToolCall, taken: Set<string>): string => {
  const wanted = call.id === "" ? "call" : call.id;
  let id = wanted;
  for (let count = 2; taken.has(id); count++) id = `${wanted}_${count}`;
  taken.add(id);
  return id;
};
