/** The tools that look at sessions: `sessions_list`, `sessions_history`, `session_status`. */

import { Type } from "typebox";

import type { Tool } from "../../port.ts";
import { wrapUntrusted } from "../../untrusted/wrap.ts";
import { defineTool, failed, succeeded } from "../define-tool.ts";
import type { SessionOperations, SessionStatus, SessionSummary, SpokenLine } from "./session-operations.ts";

const DEFAULT_LISTED = 20;
const DEFAULT_LINES = 20;
/** Of one message, and of all together. */
const MAX_LINE_CHARS = 4_000;
const MAX_HISTORY_CHARS = 40_000;

const sessionKey = (description: string) => Type.String({ minLength: 1, maxLength: 512, description });

export const createSessionsListTool = (sessions: SessionOperations): Tool =>
  defineTool({
    name: "sessions_list",
    description: "List conversations you may see from here, the last used first: key, state, size.",
    input: Type.Object(
      { limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })) },
      { additionalProperties: false },
    ),
    title: () => "list sessions",
    execute: async ({ limit = DEFAULT_LISTED }, { run }) => {
      const listed = sessions.list(run, limit);
      return succeeded(listed.length === 0 ? "There are no sessions to see." : listed.map(summary).join("\n"));
    },
  });

export const createSessionsHistoryTool = (sessions: SessionOperations): Tool =>
  defineTool({
    name: "sessions_history",
    description: "Read the newest messages of another conversation.",
    input: Type.Object(
      {
        sessionKey: sessionKey("From sessions_list; `main` is the main conversation"),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: "Messages" })),
      },
      { additionalProperties: false },
    ),
    title: (input) => `read session ${input.sessionKey}`,
    execute: async ({ sessionKey: key, limit = DEFAULT_LINES }, { run }) => {
      const answer = await sessions.history(run, { sessionKey: key, limit });
      if (!answer.ok) return failed(answer.reason);
      if (answer.lines.length === 0) return succeeded("Nothing has been said there.");
      const notes = answer.hasMore ? ["there is more before this"] : [];
      return succeeded(wrapUntrusted({ source: `session ${key}`, text: newest(answer.lines.map(spoken)), notes }));
    },
  });

export const createSessionStatusTool = (sessions: SessionOperations): Tool =>
  defineTool({
    name: "session_status",
    description: "Tell model, tokens, cost, share of the context window and what may still be spent.",
    input: Type.Object(
      { sessionKey: Type.Optional(sessionKey("Default: this conversation")) },
      { additionalProperties: false },
    ),
    title: () => "look at the session's figures",
    execute: async (input, { run }) => {
      const answer = sessions.status(run, input.sessionKey);
      return answer.ok ? succeeded(figures(answer.status)) : failed(answer.reason);
    },
  });

const summary = ({ sessionKey: key, kind, label, status, updatedAt, totalTokens }: SessionSummary): string => {
  const name = label === key ? "" : ` “${oneLine(label)}”`;
  return `${key}${name} (${kind}, ${status}, ${totalTokens} tokens, last used ${new Date(updatedAt).toISOString()})`;
};

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").slice(0, 100);

const spoken = ({ role, timestamp, text }: SpokenLine): string => {
  const said = text.length > MAX_LINE_CHARS ? `${text.slice(0, MAX_LINE_CHARS)} [cut]` : text;
  return `[${new Date(timestamp).toISOString()} ${role}] ${said}`;
};

const newest = (lines: readonly string[]): string => {
  let left = MAX_HISTORY_CHARS;
  const first = lines.findLastIndex((line) => (left -= line.length) < 0);
  return lines.slice(first + 1).join("\n\n");
};

const figures = (status: SessionStatus): string => {
  const { contextTokens, contextWindow, today, month, maxUsdPerRun, subagents } = status;
  const share = contextWindow ? ` of ${contextWindow} (${Math.round((100 * contextTokens) / contextWindow)} %)` : "";
  return [
    `Session: ${status.sessionKey}`,
    `Model: ${status.model || "not used yet"}`,
    `Tokens: ${status.totalTokens}, cost ${dollars(status.costUsd)}`,
    `Context: ${contextTokens} tokens${share}`,
    `Today: ${dollars(today.usedUsd)} of ${dollars(today.maxUsd)}; this month: ${dollars(month.usedUsd)} of ${dollars(month.maxUsd)}; one run may cost ${dollars(maxUsdPerRun)}`,
    ...subagents.map(({ sessionKey: key, label }) => `Sub-agent at work: ${key} “${oneLine(label)}”`),
  ].join("\n");
};

const dollars = (usd: number): string => `$${usd.toFixed(usd > 0 && usd < 0.01 ? 6 : 2)}`;
