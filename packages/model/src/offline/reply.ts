/** The offline model's sentences: honest about what it is, brief about what it did. */

import type { ModelToolCall, ModelToolResult } from "../port.ts";

/** A tool call of this turn and what came of it. */
export interface Done {
  readonly call: ModelToolCall;
  readonly result: ModelToolResult;
}

export const INTRODUCTION =
  "I am **SkyKoi's offline demo**, not a language model: I follow a few plain phrases and really use this agent's " +
  "tools on its machine. To talk to a real model, start SkyKoi with AWS credentials for Amazon Bedrock, or set " +
  "`SKYKOI_MODEL` with `SKYKOI_MODEL_BASE_URL` for any OpenAI-compatible server.";

export const WHAT_I_DO = [
  "This is what I understand:",
  "",
  "- run `uname -a`",
  "- create notes.md with Buy milk",
  "- read notes.md",
  "- list files in docs",
  "- replace milk with bread in notes.md",
  "- create a.txt with hello and then read it",
].join("\n");

export const describeUnknown = (afterWork: boolean): string =>
  `${afterWork ? "The rest of that I do not understand." : "I do not understand that."} ${WHAT_I_DO}`;

const MAX_OUTPUT_CHARS = 4_000;

/** `left`: how many wishes were not tried because the last one failed. */
export const reportOn = (done: readonly Done[], left: number): string => {
  const parts = done.map(report);
  if (left > 0) parts.push("I did not go on with the rest.");
  return parts.join("\n\n");
};

const report = ({ call, result }: Done): string => {
  const output = result.text.trimEnd();
  if (result.isError) return `That did not work: ${toDo(call)}.${fenced(output)}`;
  const field = fieldsOf(call);
  switch (call.name) {
    case "write":
      return `I wrote ${code(field("path"))}.`;
    case "edit":
      return `I changed ${code(field("oldText"))} to ${code(field("newText"))} in ${code(field("path"))}.`;
    case "read":
      return `${code(field("path"))} says:${fenced(output)}`;
    case "ls":
      return `The files${field("path") ? ` in ${code(field("path"))}` : ""}:${fenced(output)}`;
    default:
      return output === "" ? `I ran ${toDo(call)}. It printed nothing.` : `I ran ${toDo(call)}:${fenced(output)}`;
  }
};

const toDo = (call: ModelToolCall): string => {
  const field = fieldsOf(call);
  return call.name === "exec" ? code(field("command")) : `${call.name} ${code(field("path") || ".")}`;
};

const fieldsOf =
  ({ input }: ModelToolCall) =>
  (name: string): string => {
    const value =
      typeof input === "object" && input !== null ? Object.entries(input).find(([key]) => key === name) : [];
    return typeof value?.[1] === "string" ? value[1] : "";
  };

const code = (text: string): string => {
  const run = longestRun(text);
  const ticks = "`".repeat(run + 1);
  return run > 0 ? `${ticks} ${text} ${ticks}` : `${ticks}${text}${ticks}`;
};

/** A fence longer than any run of backticks inside. */
const fenced = (output: string): string => {
  const cut = output.length > MAX_OUTPUT_CHARS;
  const shown = cut ? output.slice(0, MAX_OUTPUT_CHARS) : output;
  const fence = "`".repeat(Math.max(3, longestRun(shown) + 1));
  const rest = cut ? `\n\n… and ${output.length - MAX_OUTPUT_CHARS} characters more.` : "";
  return `\n\n${fence}\n${shown}\n${fence}${rest}`;
};

const longestRun = (text: string): number =>
  (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
