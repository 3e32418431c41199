/** What the offline model does next, from the conversation alone: one tool call at a time, then its report. */

import type { ModelMessage } from "../port.ts";
import { describeUnknown, INTRODUCTION, reportOn, WHAT_I_DO, type Done } from "./reply.ts";
import { parseWishes, type Wish } from "./wishes.ts";

export type Step =
  | { readonly kind: "call"; readonly tool: string; readonly input: Readonly<Record<string, string>> }
  | { readonly kind: "say"; readonly text: string };

type Action = Exclude<Wish, { kind: "help" | "unknown" }>;

/** Pure: the same conversation always gives the same step. */
export const nextStep = (messages: readonly ModelMessage[], offered: ReadonlySet<string>): Step => {
  const asked = messages.findLastIndex(({ role }) => role === "user");
  const message = messages[asked];
  const isFirstAnswer = !messages.some(({ role, ...rest }) => role === "assistant" && "text" in rest && rest.text);
  const say = (text: string): Step => ({
    kind: "say",
    text: isFirstAnswer ? `${INTRODUCTION}\n\n${text}` : text,
  });
  if (message?.role !== "user") return say(WHAT_I_DO);

  const wishes = parseWishes(message.text);
  const done = finished(messages.slice(asked + 1));
  const next = wishes[done.length];
  const failed = done.at(-1)?.result.isError ?? false;
  if (next === undefined || failed) return say(reportOn(done, wishes.length - done.length));
  if (!isAction(next)) {
    const answer = next.kind === "help" ? WHAT_I_DO : describeUnknown(done.length > 0);
    return say([...(done.length > 0 ? [reportOn(done, 0)] : []), answer].join("\n\n"));
  }
  const { tool, input } = toCall(next);
  if (offered.has(tool)) return { kind: "call", tool, input };
  const missing = `For this I would need the tool \`${tool}\`, which is not available here.`;
  return say([...(done.length > 0 ? [reportOn(done, 0)] : []), missing].join("\n\n"));
};

const isAction = (wish: Wish): wish is Action => wish.kind !== "help" && wish.kind !== "unknown";

const toCall = (wish: Action): { tool: string; input: Readonly<Record<string, string>> } => {
  switch (wish.kind) {
    case "exec":
      return { tool: "exec", input: { command: wish.command } };
    case "write":
      return { tool: "write", input: { path: wish.path, content: wish.content } };
    case "read":
      return { tool: "read", input: { path: wish.path } };
    case "ls":
      return { tool: "ls", input: wish.path === undefined ? {} : { path: wish.path } };
    case "edit":
      return { tool: "edit", input: { path: wish.path, oldText: wish.oldText, newText: wish.newText } };
    default:
      return wish satisfies never;
  }
};

/** The tool calls of this turn that have a result, in order. */
const finished = (turn: readonly ModelMessage[]): readonly Done[] => {
  const calls = turn.flatMap((message) => (message.role === "assistant" ? message.toolCalls : []));
  const results = new Map(
    turn.flatMap((message) =>
      message.role === "tool" ? message.results.map((result) => [result.toolCallId, result] as const) : [],
    ),
  );
  return calls.flatMap((call) => {
    const result = results.get(call.id);
    return result ? [{ call, result }] : [];
  });
};
