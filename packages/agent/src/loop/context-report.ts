/** A run that only says what occupies the model's window: for `/context`. Asks no model. */

import { estimateTextTokens, estimateTokens, NO_USAGE } from "@skykoi/model";

import { budgetOf, COMPACT_SHARE } from "../context/budget.ts";
import type { AgentEvent } from "../port.ts";
import type { WorkspaceFile } from "../workspace/workspace-files.ts";
import type { Ending } from "./ending.ts";
import { modelMessages } from "./model-context.ts";
import { planTurn } from "./plan-turn.ts";
import type { Turn } from "./turn.ts";

export async function* reportContext(turn: Turn, files: readonly WorkspaceFile[]): AsyncGenerator<AgentEvent, Ending> {
  const text = await contextReport(turn, files);
  yield { type: "text-delta", text };
  return { kind: "completed", answer: { content: [{ type: "text", text }], usage: NO_USAGE, stopReason: "stop" } };
}

const contextReport = async (turn: Turn, files: readonly WorkspaceFile[]): Promise<string> => {
  const { system, toolSpecs, thinking } = turn;
  const { info } = turn.model;
  const context = await turn.transcript.context();
  const messages = modelMessages(context, turn.runId, turn.media);
  const plan = await planTurn(turn);
  const told = plan.kind === "fits" ? plan.messageTokens : 0;
  const fileTokens = files.map(({ name, text }) => ({ name, tokens: estimateTextTokens(text) }));
  const inFiles = sum(fileTokens);
  const prompt = estimateTextTokens(system) - inFiles;
  const tools = toolSpecs.map((spec) => ({ name: spec.name, tokens: estimateTokens({ tools: [spec] }) - NO_TOOLS }));
  const allTools = estimateTokens({ tools: toolSpecs });
  const { inputTokens } = budgetOf(info, thinking);
  const total = prompt + inFiles + allTools + told;
  const summary = context.findLast((entry) => entry.type === "compaction")?.summary;
  const whole = estimateTokens({ messages });
  return [
    `**Context of ${info.ref}: about ${total} of ${inputTokens} tokens (${percent(total, inputTokens)} %)**`,
    "",
    `- Base prompt with all tools: ${prompt + allTools}`,
    `  - Instructions: ${prompt}`,
    `  - ${toolSpecs.length} tools: ${allTools} (${listed(tools)})`,
    `- Files: ${inFiles}${files.length > 0 ? ` (${listed(fileTokens)})` : ""}`,
    `- Conversation: ${told} in ${messages.length} messages${told < whole ? `, ${whole} before old outputs are trimmed` : ""}`,
    ...(summary === undefined ? [] : [`  - of it a summary of what came before: ${estimateTextTokens(summary)}`]),
    "",
    `It is compacted when the conversation has ${Math.round((inputTokens - prompt - inFiles - allTools) * COMPACT_SHARE)} tokens. Tokens are estimates, a little too high.`,
  ].join("\n");
};

interface Weighed {
  readonly name: string;
  readonly tokens: number;
}

/** What a provider adds as soon as there is a tool is no tool's own. */
const NO_TOOLS = estimateTokens({ tools: [{ name: "", description: "", inputSchema: {} }] });

const sum = (parts: readonly Weighed[]): number => parts.reduce((total, { tokens }) => total + tokens, 0);

const listed = (parts: readonly Weighed[]): string =>
  parts
    .toSorted((a, b) => b.tokens - a.tokens)
    .map(({ name, tokens }) => `${name} ${tokens}`)
    .join(", ");

const percent = (part: number, whole: number): number => Math.round((100 * part) / Math.max(1, whole));
