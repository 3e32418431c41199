/** Turns our request into the prompt and tools of an AI SDK provider. */

import type { LanguageModelV4FunctionTool, LanguageModelV4Message, SharedV4ProviderOptions } from "@ai-sdk/provider";

import type { ModelInfo, ModelMessage, ModelRequest, ModelToolResult, ToolSpec } from "../port.ts";
import { imageParts, withoutOldImages, type ImagePart, type TextPart } from "./images.ts";
import { reasoningParts } from "./signed-reasoning.ts";

export interface PromptStyle {
  readonly info: Pick<ModelInfo, "ref" | "input">;
  /** Put on the system message and on the last two messages from outside, for providers with explicit caching. */
  readonly cachePoint?: SharedV4ProviderOptions;
  /** Maps a tool call's id, which another provider may have made, to one this provider accepts. */
  readonly toolCallId?: (id: string) => string;
  /** Some protocols take no pictures in tool results; they then follow in a message of their own. */
  readonly imagesInToolResults: boolean;
}

/** How many messages carry a cache point: the newest, and the one the previous call ended with. */
const CACHED_MESSAGES = 2;

export const toPrompt = async (
  { system, messages }: Pick<ModelRequest, "system" | "messages">,
  style: PromptStyle,
): Promise<LanguageModelV4Message[]> => {
  const prompt = (await Promise.all(withoutOldImages(messages).map((message) => toMessages(message, style)))).flat();
  const withSystem: LanguageModelV4Message[] =
    system.trim() === "" ? prompt : [{ role: "system", content: system }, ...prompt];
  return style.cachePoint ? withCachePoints(withSystem, style.cachePoint) : withSystem;
};

export const toTools = (tools: readonly ToolSpec[]): LanguageModelV4FunctionTool[] =>
  tools.map(({ name, description, inputSchema }) => ({ type: "function", name, description, inputSchema }));

/** Empty for an assistant message that says and does nothing, which no provider accepts. */
const toMessages = async (message: ModelMessage, style: PromptStyle): Promise<LanguageModelV4Message[]> => {
  switch (message.role) {
    case "user": {
      const images = await imageParts(message.images ?? [], style.info);
      return [{ role: "user", content: besides(message.text, images, "(empty message)") }];
    }
    case "assistant": {
      const content = [
        ...reasoningParts(message, style.info.ref),
        ...(message.text.trim() === "" ? [] : [{ type: "text" as const, text: message.text }]),
        ...message.toolCalls.map(({ id, name, input }) => ({
          type: "tool-call" as const,
          toolCallId: acceptedId(id, style),
          toolName: name,
          input: isJsonObject(input) ? input : { rawInvalidInput: input ?? null },
        })),
      ];
      return content.length === 0 ? [] : [{ role: "assistant", content }];
    }
    case "tool":
      return toolMessages(message.results, style);
    default:
      return message satisfies never;
  }
};

const acceptedId = (id: string, { toolCallId = (same: string) => same }: PromptStyle): string => toolCallId(id);

const toolMessages = async (
  results: readonly ModelToolResult[],
  style: PromptStyle,
): Promise<LanguageModelV4Message[]> => {
  const parts = await Promise.all(
    results.map(async (result) => ({ result, images: await imageParts(result.images ?? [], style.info) })),
  );
  const inside = (images: readonly (ImagePart | TextPart)[]) =>
    style.imagesInToolResults ? images : images.filter(({ type }) => type === "text");
  const content = parts.map(({ result, images }) => ({
    type: "tool-result" as const,
    toolCallId: acceptedId(result.toolCallId, style),
    toolName: result.toolName,
    output: toOutput(result, inside(images)),
  }));
  const after = style.imagesInToolResults
    ? []
    : parts.flatMap(({ result, images }) => {
        const shown = images.filter(({ type }) => type === "file");
        return shown.length === 0 ? [] : besides(`Picture from the tool ${result.toolName}:`, shown, "");
      });
  return [{ role: "tool", content }, ...(after.length === 0 ? [] : [{ role: "user" as const, content: after }])];
};

/** The failure is also said in words, because not every provider sends the flag on to the model. */
const toOutput = ({ text, isError }: ModelToolResult, images: readonly (ImagePart | TextPart)[]) => {
  const saysSo = /^\s*error\b/i.test(text);
  const said = isError && !saysSo ? `Error: ${orPlaceholder(text, "the tool failed")}` : text;
  if (images.some(({ type }) => type === "file")) {
    return { type: "content" as const, value: besides(said, images, "(no output)") };
  }
  const words = [said, ...images.map((image) => (image.type === "text" ? image.text : ""))].filter(Boolean).join("\n");
  return { type: isError ? ("error-text" as const) : ("text" as const), value: orPlaceholder(words, "(no output)") };
};

/** Text, then what belongs to it; never nothing. */
const besides = (
  text: string,
  images: readonly (ImagePart | TextPart)[],
  placeholder: string,
): (ImagePart | TextPart)[] => {
  if (text.trim() === "" && images.length > 0) return [...images];
  return [{ type: "text", text: orPlaceholder(text, placeholder) }, ...images];
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
