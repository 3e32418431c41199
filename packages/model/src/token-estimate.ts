/** Counts tokens without asking a provider: cheap, a little too high rather than too low. */

import type { ModelMessage, ModelRequest, ModelToolResult, ToolSpec } from "./port.ts";

export type Estimable = Partial<Pick<ModelRequest, "system" | "messages" | "tools">>;

/** Claude scales pictures down to 1.15 megapixels, which is about 1,600 tokens (Anthropic's vision guide). */
export const TOKENS_PER_IMAGE = 1_600;
/** Role, separators and ids around each message, call and result. */
const TOKENS_PER_FRAME = 8;
/** What providers add of their own as soon as there are tools. */
const TOKENS_FOR_TOOL_USE = 350;
const SAFETY = 1.1;

/** Input tokens of a request. Never below 0; 0 only for nothing. */
export const estimateTokens = ({ system = "", messages = [], tools = [] }: Estimable): number => {
  const toolTokens = tools.length === 0 ? 0 : TOKENS_FOR_TOOL_USE + sum(tools.map(ofTool));
  return estimateTextTokens(system) + sum(messages.map(ofMessage)) + toolTokens;
};

const ofTool = ({ name, description, inputSchema }: ToolSpec): number =>
  TOKENS_PER_FRAME +
  estimateTextTokens(name) +
  estimateTextTokens(description) +
  estimateTextTokens(JSON.stringify(inputSchema));

const ofMessage = (message: ModelMessage): number => {
  switch (message.role) {
    case "user":
      return TOKENS_PER_FRAME + estimateTextTokens(message.text) + ofImages(message);
    case "assistant":
      return (
        TOKENS_PER_FRAME +
        estimateTextTokens(message.text) +
        sum((message.reasoning ?? []).map(({ text }) => estimateTextTokens(text))) +
        sum(
          message.toolCalls.map(
            ({ name, input }) =>
              TOKENS_PER_FRAME + estimateTextTokens(name) + estimateTextTokens(JSON.stringify(input) ?? ""),
          ),
        )
      );
    case "tool":
      return sum(message.results.map(ofResult));
    default:
      return message satisfies never;
  }
};

const ofResult = (result: ModelToolResult): number =>
  TOKENS_PER_FRAME + estimateTextTokens(result.text) + ofImages(result);

const ofImages = ({ images = [] }: { readonly images?: readonly unknown[] }): number =>
  images.length * TOKENS_PER_IMAGE;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

type CharacterClass = "lower" | "upper" | "digit" | "space" | "line" | "sign" | "foreign" | "wide";

/** Tokens that the first and each further character of a run costs, as the tokenizers of large models cut text: about
 * half as much again as o200k for prose and code, whose tokens Claude cuts up to a third smaller. */
const COSTS: Readonly<Record<CharacterClass, { readonly first: number; readonly next: number }>> = {
  lower: { first: 0.8, next: 1 / 6 },
  upper: { first: 0.6, next: 0.5 },
  digit: { first: 0.7, next: 0.4 },
  space: { first: 0, next: 0.15 },
  line: { first: 0.6, next: 0.3 },
  sign: { first: 0.9, next: 0.5 },
  foreign: { first: 0.9, next: 0.5 },
  wide: { first: 1.2, next: 1.2 },
};

/** Written in one pass without allocating: a conversation is measured before every call. */
export const estimateTextTokens = (text: string): number => {
  let tokens = 0;
  let run: CharacterClass | undefined;
  for (let index = 0; index < text.length; index++) {
    const kind = classOf(text.charCodeAt(index));
    tokens += kind === run ? COSTS[kind].next : COSTS[kind].first;
    run = kind;
  }
  return Math.ceil(tokens * SAFETY);
};

const classOf = (code: number): CharacterClass => {
  if (code >= 97 && code <= 122) return "lower";
  if (code === 32 || code === 9) return "space";
  if (code >= 65 && code <= 90) return "upper";
  if (code >= 48 && code <= 57) return "digit";
  if (code === 10 || code === 13) return "line";
  if (code < 128) return "sign";
  return code < 0x0900 ? "foreign" : "wide"; // Alphabets of Europe and the Near East; scripts with a token a character.
};
