/** Decodes what a server sent: which kind of content it is, and its characters. */

import { TextDecoder } from "node:util";

export type PageKind = "html" | "text" | "json" | "other";

/** By the declared type, and by a look at the bytes when that says nothing. */
export const pageKind = (contentType: string, body: Uint8Array): PageKind => {
  const type = mediaType(contentType);
  if (type === "text/html" || type === "application/xhtml+xml") return "html";
  if (type === "application/json" || type.endsWith("+json")) return "json";
  if (type.startsWith("text/") || TEXT_TYPES.has(type) || type.endsWith("+xml")) return "text";
  if (type !== "" && type !== "application/octet-stream") return "other";
  const start = new TextDecoder("latin1").decode(body.subarray(0, PROBE_BYTES));
  if (start.includes("\0")) return "other";
  return /^\s*(<!doctype html|<html|<head|<body)/i.test(start) ? "html" : "text";
};

const PROBE_BYTES = 1_024;
const TEXT_TYPES = new Set([
  "application/xml",
  "application/javascript",
  "application/x-javascript",
  "application/ecmascript",
  "application/yaml",
  "application/x-yaml",
  "application/toml",
  "application/x-ndjson",
  "application/sql",
  "application/x-sh",
]);

export const mediaType = (contentType: string): string => (contentType.split(";")[0] ?? "").trim().toLowerCase();

/** Byte order mark, then the header, then what an HTML page says of itself, then UTF-8. */
export const decodeText = (body: Uint8Array, contentType: string): string => {
  const label = byteOrderMark(body) ?? charsetParameter(contentType) ?? charsetInHtml(body) ?? "utf-8";
  return decoderFor(label).decode(body);
};

const byteOrderMark = (body: Uint8Array): string | undefined => {
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) return "utf-8";
  if (body[0] === 0xfe && body[1] === 0xff) return "utf-16be";
  return body[0] === 0xff && body[1] === 0xfe ? "utf-16le" : undefined;
};

const charsetParameter = (contentType: string): string | undefined =>
  /charset\s*=\s*"?([\w:.-]+)/i.exec(contentType)?.[1];

const charsetInHtml = (body: Uint8Array): string | undefined =>
  /<meta[^>]+charset\s*=\s*["']?\s*([\w:.-]+)|<\?xml[^>]+encoding\s*=\s*["']([\w:.-]+)/i
    .exec(new TextDecoder("latin1").decode(body.subarray(0, PROBE_BYTES)))
    ?.slice(1)
    .find((label) => label !== undefined);

const decoderFor = (label: string): TextDecoder => {
  try {
    return new TextDecoder(label);
  } catch {
    // An unknown name of a charset; UTF-8 shows most of any text.
    return new TextDecoder();
  }
};
