/** The tools that give work to another session: `sessions_send` and `sessions_spawn`. */

import { Type } from "typebox";

import type { Tool } from "../../port.ts";
import { wrapUntrusted } from "../../untrusted/wrap.ts";
import { defineTool, failed, succeeded } from "../define-tool.ts";
import type { SessionOperations } from "./session-operations.ts";

const MAX_TEXT_CHARS = 100_000;
const MAX_WAIT_SECONDS = 300;

export const createSessionsSendTool = (sessions: SessionOperations): Tool =>
  defineTool({
    name: "sessions_send",
    description: "Send a message into another of your conversations; with waitSeconds wait for what comes of it.",
    input: Type.Object(
      {
        sessionKey: Type.String({ minLength: 1, maxLength: 512, description: "From sessions_list" }),
        message: Type.String({ minLength: 1, maxLength: MAX_TEXT_CHARS }),
        waitSeconds: Type.Optional(Type.Number({ minimum: 0, maximum: MAX_WAIT_SECONDS, description: "Default 0" })),
      },
      { additionalProperties: false },
    ),
    title: ({ sessionKey }) => `message session ${sessionKey}`,
    execute: async ({ sessionKey, message, waitSeconds = 0 }, { run, toolCallId, signal }) => {
      const wanted = { sessionKey, text: message, waitMs: waitSeconds * 1000 };
      const answer = await sessions.send({ run, toolCallId }, wanted, signal);
      if (!answer.ok) return failed(answer.reason);
      switch (answer.end.kind) {
        case "answered":
          return succeeded(wrapUntrusted({ source: `session ${sessionKey}`, text: answer.end.text || "[no answer]" }));
        case "failed":
          return failed(`The message arrived, but ${answer.end.reason}`);
        default:
          return succeeded(`The message is in ${sessionKey}; there is no answer yet.`);
      }
    },
  });

export const createSessionsSpawnTool = (sessions: SessionOperations): Tool =>
  defineTool({
    name: "sessions_spawn",
    description:
      "Give a task to a sub-agent that works beside you in a conversation of its own. It knows only what you write. " +
      "Its result comes to you as a message: do not wait or poll for it; end your turn when there is nothing else to do.",
    input: Type.Object(
      {
        task: Type.String({ minLength: 1, maxLength: MAX_TEXT_CHARS, description: "Everything it needs to know" }),
        label: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: "A short name" })),
        model: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
        thinking: Type.Optional(Type.Enum(["off", "low", "medium", "high"])),
        timeoutSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 86_400 })),
      },
      { additionalProperties: false },
    ),
    title: ({ label, task }) => `start a sub-agent: ${label ?? task}`,
    execute: async ({ task, label = task.slice(0, 60), model, thinking, timeoutSeconds }, context) => {
      const { run, toolCallId, signal } = context;
      const request = {
        task,
        label,
        ...(model !== undefined && { model }),
        ...(thinking !== undefined && { thinking }),
        ...(timeoutSeconds !== undefined && { timeoutMs: timeoutSeconds * 1000 }),
      };
      const answer = await sessions.spawn({ run, toolCallId }, request, signal);
      if (!answer.ok) return failed(answer.reason);
      return succeeded(`The sub-agent ${answer.sessionKey} is at work. Its result will come as a message.`);
    },
  });
