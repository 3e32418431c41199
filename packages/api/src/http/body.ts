/** Reads a JSON body within its limits: type, size, syntax. */

import { fault } from "@skykoi/fault";

const MAX_BODY_BYTES = 1024 * 1024;

/** The text of a JSON body. Throws UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE or INVALID_REQUEST. */
export const readJsonText = async (request: Request, maxBytes: number = MAX_BODY_BYTES): Promise<string> => {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") throw fault("UNSUPPORTED_MEDIA_TYPE");
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);

  const chunks: Uint8Array[] = [];
  let size = 0;
  if (request.body) {
    for await (const chunk of request.body) {
      size += chunk.byteLength;
      if (size > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk);
    }
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw fault("INVALID_REQUEST", { message: "The body is not valid UTF-8.", cause });
  }
};

export const parseJson = (text: string): unknown => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw fault("INVALID_REQUEST", { message: "The body is not valid JSON.", cause });
  }
  // PostgreSQL's text cannot hold it, and no person types it.
  if (holdsNullCharacter(value)) {
    throw fault("INVALID_REQUEST", { message: "The body holds a null character (\\u0000), which is not allowed." });
  }
  return value;
};

const tooLarge = (maxBytes: number) =>
  fault("PAYLOAD_TOO_LARGE", { message: `The request is too large: at most ${maxBytes / 1024} KiB are accepted.` });

/** With a list of its own instead of recursion: a body may nest deeper than the stack. */
const holdsNullCharacter = (body: unknown): boolean => {
  const unseen: unknown[] = [body];
  while (unseen.length > 0) {
    const value = unseen.pop();
    if (typeof value === "string" && value.includes("\u0000")) return true;
    if (typeof value !== "object" || value === null) continue;
    for (const [key, item] of Object.entries(value)) unseen.push(key, item);
  }
  return false;
};
