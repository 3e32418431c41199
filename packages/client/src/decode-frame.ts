/** Reads a frame from the wire. The gateway is trusted to keep its schemas; only the outer form is checked. */

import type { EventFrame, ResponseFrame } from "@skykoi/protocol/wire";

export type IncomingFrame = ResponseFrame | EventFrame;

/** undefined for anything that is not a frame a client expects. */
export const decodeFrame = (text: string): IncomingFrame | undefined => {
  const frame = parseJson(text);
  return isFrame(frame) ? frame : undefined;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is one of the ways not to be a frame.
    return undefined;
  }
};

const isFrame = (value: unknown): value is IncomingFrame => {
  if (typeof value !== "object" || value === null || !("type" in value)) return false;
  if (value.type === "event") return "event" in value && typeof value.event === "string";
  if (value.type !== "res" || !("id" in value) || typeof value.id !== "string" || !("ok" in value)) return false;
  return value.ok === true || (value.ok === false && "error" in value && isError(value.error));
};

const isError = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  "code" in value &&
  typeof value.code === "string" &&
  "message" in value &&
  typeof value.message === "string";
