/** What an MCP tool answered, as the model sees it: bounded, and marked as coming from outside. */

import type { ToolImage, ToolResult } from "../port.ts";
import { imageFormat } from "../tools/image/image-format.ts";
import { wrapUntrusted } from "../untrusted/wrap.ts";

const MAX_CHARS = 30_000;
const MAX_IMAGES = 4;
/** What every provider takes. */
const MAX_IMAGE_BYTES = 3_750_000;

export const toToolResult = (source: string, answer: Readonly<Record<string, unknown>>): ToolResult => {
  const { content, structuredContent, isError } = answer;
  const blocks = Array.isArray(content) ? content.filter(isRecord) : [];
  const images: ToolImage[] = [];
  const parts = blocks.map((block) => textOf(block, images));
  if (parts.length === 0 && structuredContent !== undefined) parts.push(JSON.stringify(structuredContent));
  const text = parts.join("\n").toWellFormed();
  const notes = text.length > MAX_CHARS ? [`cut after ${MAX_CHARS} of ${text.length} characters`] : [];
  const shown = text === "" ? "[no content]" : text.slice(0, MAX_CHARS);
  return {
    text: wrapUntrusted({ source, text: shown, notes }),
    isError: isError === true,
    ...(images.length > 0 ? { images } : {}),
  };
};

const textOf = (block: Readonly<Record<string, unknown>>, images: ToolImage[]): string => {
  const { type, text, data, mimeType, resource, uri, name } = block;
  switch (type) {
    case "text":
      return typeof text === "string" ? text : "";
    case "image":
      return typeof data === "string" ? pictureOf(data, images) : "[a picture without data]";
    case "audio":
      return `[sound of type ${String(mimeType)}, not shown]`;
    case "resource":
      return isRecord(resource) ? resourceText(resource) : "[a resource without content]";
    case "resource_link":
      return `[resource ${String(name)}: ${String(uri)}]`;
    default:
      return `[content of the unknown type ${String(type)}]`;
  }
};

const pictureOf = (data: string, images: ToolImage[]): string => {
  if (data.length > (MAX_IMAGE_BYTES * 4) / 3) return `[a picture larger than ${MAX_IMAGE_BYTES} bytes, not shown]`;
  if (images.length >= MAX_IMAGES) return "[one more picture, not shown]";
  const bytes = Buffer.from(data, "base64");
  const format = imageFormat(bytes);
  if (!format) return "[a picture of a kind that models cannot see]";
  images.push({ mimeType: format.mimeType, bytes });
  return `[picture ${images.length}: ${format.mimeType}, ${format.width} x ${format.height} pixels]`;
};

const resourceText = ({ uri, mimeType, text, blob }: Readonly<Record<string, unknown>>): string => {
  const head = `[resource ${String(uri)}${typeof mimeType === "string" ? `, ${mimeType}` : ""}]`;
  if (typeof text === "string") return `${head}\n${text}`;
  return typeof blob === "string" ? `${head} [${blob.length} characters of base64, not shown]` : head;
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
