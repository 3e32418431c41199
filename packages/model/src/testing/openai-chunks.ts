/** Writes answers as the chunks of a streamed chat completion. */

import type { AnswerUsage, Encoder } from "./script.ts";

const chunk = (fields: object): string =>
  `data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "fake", ...fields })}\n\n`;

const delta = (content: object, finishReason: string | null = null): string =>
  chunk({ choices: [{ index: 0, delta: content, finish_reason: finishReason }] });

export const createOpenAiEncoder = (includeUsage: boolean): Encoder => {
  let nextToolIndex = 0;
  return {
    start: () => [delta({ role: "assistant", content: "" })],
    text: (deltas) => deltas.map((content) => delta({ content })),
    reasoning: (text) => [delta({ reasoning_content: text })],
    toolUse: (id, name, inputJson) => {
      const index = nextToolIndex++;
      return [
        delta({ tool_calls: [{ index, id, type: "function", function: { name, arguments: "" } }] }),
        delta({ tool_calls: [{ index, function: { arguments: inputJson } }] }),
      ];
    },
    exception: (type, message) => [`data: ${JSON.stringify({ error: { message, type } })}\n\n`],
    finish: (usage, stopReason, calledTools) => [
      delta({}, stopReason ?? (calledTools ? "tool_calls" : "stop")),
      ...(includeUsage ? [chunk({ choices: [], usage: openAiUsage(usage) })] : []),
      "data: [DONE]\n\n",
    ],
  };
};

/** Cached tokens are part of the prompt tokens here; there is no count of written ones. */
const openAiUsage = ({ inputTokens, outputTokens, cacheReadTokens }: AnswerUsage) => ({
  prompt_tokens: inputTokens + cacheReadTokens,
  completion_tokens: outputTokens,
  total_tokens: inputTokens + cacheReadTokens + outputTokens,
  prompt_tokens_details: { cached_tokens: cacheReadTokens },
});
