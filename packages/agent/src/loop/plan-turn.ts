/** The next request of a run, planned so that it fits the window of its model. */

import type { ModelMessage, ModelRequest } from "@skykoi/model";

import { planRequest } from "../context/plan.ts";
import { modelMessages } from "./model-context.ts";
import type { Turn } from "./turn.ts";

export type TurnPlan =
  | {
      readonly kind: "fits";
      readonly request: ModelRequest;
      /** Of the whole request, and of its messages alone. */
      readonly tokens: number;
      readonly messageTokens: number;
      /** What messages may have. */
      readonly roomTokens: number;
      readonly isFull: boolean;
    }
  | { readonly kind: "no-room"; readonly baseTokens: number };

/** `more` follows the conversation. */
export const planTurn = async (turn: Turn, more: readonly ModelMessage[] = []): Promise<TurnPlan> => {
  const context = await turn.transcript.context();
  turn.noteCallIds(context);
  const { system, toolSpecs: tools, thinking, signal, windowScale: scale } = turn;
  const messages = [...modelMessages(context, turn.runId, turn.media), ...more];
  const plan = planRequest({ system, tools, messages, thinking, info: turn.model.info, scale });
  if (plan.kind === "no-room") return plan;
  const { maxOutputTokens, thinking: thought, inputTokens } = plan.budget;
  return {
    kind: "fits",
    request: {
      system,
      messages: plan.messages,
      tools,
      thinking: thought,
      ...(maxOutputTokens !== undefined && { maxOutputTokens }),
      signal,
    },
    tokens: plan.tokens,
    messageTokens: plan.tokens - plan.baseTokens,
    roomTokens: inputTokens - plan.baseTokens,
    isFull: plan.isFull,
  };
};
