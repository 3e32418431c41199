/** Writes answers as the server-sent events of Anthropic's Messages API. */

import type { AnswerUsage, Encoder } from "./script.ts";

const event = (type: string, fields: object = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;

/** `inputUsage` is told at the start of a message, as the API does. */
export const createAnthropicEncoder = (inputUsage: AnswerUsage): Encoder => {
  let nextIndex = 0;
  const block = (start: object, deltas: readonly object[]): string[] => {
    const index = nextIndex++;
    return [
      event("content_block_start", { index, content_block: start }),
      ...deltas.map((delta) => event("content_block_delta", { index, delta })),
      event("content_block_stop", { index }),
    ];
  };
  return {
    start: () => [
      event("message_start", {
        message: {
          id: "msg_1",
          type: "message",
          role: "assistant",
          model: "fake",
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { ...anthropicUsage(inputUsage), output_tokens: 1 },
        },
      }),
      event("ping"),
    ],
    text: (deltas) =>
      block(
        { type: "text", text: "" },
        deltas.map((text) => ({ type: "text_delta", text })),
      ),
    reasoning: (thinking, signature) =>
      block({ type: "thinking", thinking: "", signature: "" }, [
        { type: "thinking_delta", thinking },
        ...(signature === undefined ? [] : [{ type: "signature_delta", signature }]),
      ]),
    toolUse: (id, name, inputJson) => {
      const middle = Math.ceil(inputJson.length / 2);
      const pieces = [inputJson.slice(0, middle), inputJson.slice(middle)];
      return block(
        { type: "tool_use", id, name, input: {} },
        pieces.map((partial_json) => ({ type: "input_json_delta", partial_json })),
      );
    },
    exception: (type, message) => [event("error", { error: { type, message } })],
    finish: (usage, stopReason, calledTools) => [
      event("message_delta", {
        delta: { stop_reason: stopReason ?? (calledTools ? "tool_use" : "end_turn"), stop_sequence: null },
        usage: anthropicUsage(usage),
      }),
      event("message_stop"),
    ],
  };
};

const anthropicUsage = ({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }: AnswerUsage) => ({
  input_tokens: inputTokens,
  output_tokens: outputTokens,
  cache_read_input_tokens: cacheReadTokens,
  cache_creation_input_tokens: cacheWriteTokens,
});
