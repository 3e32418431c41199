/** `message`: tells somebody something outside of the answer, over a channel or in the person's main conversation. */

import { Type } from "typebox";

import type { Tool } from "../../port.ts";
import { defineTool, failed, succeeded } from "../define-tool.ts";
import type { MessageOperations } from "./session-operations.ts";

export const createMessageTool = (messages: MessageOperations): Tool =>
  defineTool({
    name: "message",
    description:
      "Send a message over a connected channel, or without channel into your person's main conversation. " +
      "Not for answering: your answer is shown anyway.",
    input: Type.Object(
      {
        text: Type.String({ minLength: 1, maxLength: 20_000 }),
        channel: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
        to: Type.Optional(
          Type.String({ minLength: 1, maxLength: 256, description: "Whom, as the channel names them" }),
        ),
      },
      { additionalProperties: false },
    ),
    title: ({ channel, to }) => `message ${[channel ?? "the main conversation", to].filter(Boolean).join(" ")}`,
    execute: async ({ text, channel, to }, { run, toolCallId }) => {
      const outgoing = { text, ...(channel !== undefined && { channel }), ...(to !== undefined && { to }) };
      const answer = await messages.send({ run, toolCallId }, outgoing);
      if (!answer.ok) return failed(answer.reason);
      return succeeded(
        answer.status === "delivered"
          ? `Delivered to ${answer.where}.`
          : `Taken for ${answer.where}; it is sent as soon as the channel takes it.`,
      );
    },
  });
