/** Turns our request into the prompt and tools of an AI SDK provider. */

import type {
  LanguageModelV4FunctionTool,
  LanguageModelV4Message,
  LanguageModelV4ReasoningPart,
  SharedV4ProviderOptions,
} from "@ai-sdk/provider";

import type { ModelMessage, ModelRequest, ModelToolCall, ModelToolResult, ToolSpec } from "../port.ts";

export interface PromptStyle {
  /** Put on the system message and on the last two messages from outside, for providers with explicit caching. */
  readonly cachePoint?: SharedV4ProviderOptions;
  /** Maps a tool call's id, which another provider may have made, to one this provider accepts. */
  readonly toolCallId?: (id: string) => string;
  /** The reasoning that led to the tool calls of an assistant message, as far as it is remembered. */
  readonly reasoningBefore?: (toolCalls: readonly ModelToolCall[]) => readonly LanguageModelV4ReasoningPart[];
}

/** How many messages carry a cache point: the newest, and the one the previous call ended with. */
const CACHED_MESSAGES = 2;

export const toPrompt = (
  { system, messages }: Pick<ModelRequest, "system" | "messages">,
  style: PromptStyle = {},
): LanguageModelV4Message[] => {
  const prompt = messages.flatMap((message) => toMessage(message, style));
  const withSystem: LanguageModelV4Message[] =
    system.trim() === "" ? prompt : [{ role: "system", content: system }, ...prompt];
  return style.cachePoint ? withCachePoints(withSystem, style.cachePoint) : withSystem;
};

export const toTools = (tools: readonly ToolSpec[]): LanguageModelV4FunctionTool[] =>
  tools.map(({ name, description, inputSchema }) => ({ type: "function", name, description, inputSchema }));

/** Empty for an assistant message that says and does nothing, which no provider accepts. */
const toMessage = (message: ModelMessage, style: PromptStyle): LanguageModelV4Message[] => {
  const toolCallId = style.toolCallId ?? ((id: string) => id);
  switch (message.role) {
    case "user":
      return [{ role: "user", content: [{ type: "text", text: orPlaceholder(message.text, "(empty message)") }] }];
    case "assistant": {
      const content = [
        ...(style.reasoningBefore?.(message.toolCalls) ?? []),
        ...(message.text.trim() === "" ? [] : [{ type: "text" as const, text: message.text }]),
        ...message.toolCalls.map(({ id, name, input }) => ({
          type: "tool-call" as const,
          toolCallId: toolCallId(id),
          toolName: name,
          input: isJsonObject(input) ? input : { rawInvalidInput: input ?? null },
        })),
      ];
      return content.length === 0 ? [] : [{ role: "assistant", content }];
    }
    case "tool":
      return [
        {
          role: "tool",
          content: message.results.map((result) => ({
            type: "tool-result",
            toolCallId: toolCallId(result.toolCallId),
            toolName: result.toolName,
            output: toOutput(result),
          })),
        },
      ];
    default:
      return message satisfies never;
  }
};

/** The failure is also said in words, because neither provider sends the flag on to the model. */
const toOutput = ({ text, isError }: ModelToolResult) => {
  if (!isError) return { type: "text" as const, value: orPlaceholder(text, "(no output)") };
  const saysSo = /^\s*error\b/i.test(text);
  return { type: "error-text" as const, value: saysSo ? text : `Error: ${orPlaceholder(text, "the tool failed")}` };
};

const orPlaceholder = (text: string, placeholder: string): string => (text.trim() === "" ? placeholder : text);

const isJsonObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const withCachePoints = (
  prompt: readonly LanguageModelV4Message[],
  cachePoint: SharedV4ProviderOptions,
): LanguageModelV4Message[] => {
  const outside = prompt.flatMap(({ role }, index) => (role === "user" || role === "tool" ? [index] : []));
  const cached = new Set(outside.slice(-CACHED_MESSAGES));
  return prompt.map((message, index) =>
    message.role === "system" || cached.has(index) ? { ...message, providerOptions: cachePoint } : message,
  );
};
