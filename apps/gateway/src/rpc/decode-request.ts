/** Text of a frame to a request, or what is wrong with it. */

import { RequestFrame } from "@skykoi/protocol";
import { compileValidator, type Problem } from "@skykoi/schema";

export type Decoded =
  | { readonly ok: true; readonly request: RequestFrame }
  | {
      readonly ok: false;
      /** The id of the broken frame where it has one, so that the answer finds its request. */
      readonly id: string;
      readonly message: string;
      readonly problems: readonly Problem[];
    };

const validate = compileValidator(RequestFrame);

export const decodeRequest = (text: string): Decoded => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own words would repeat parts of the frame.
    return { ok: false, id: "", message: "A frame must be JSON text.", problems: [] };
  }
  const check = validate(value);
  if (check.ok) return { ok: true, request: check.value };
  const [first] = check.problems;
  const message = `frame${first?.path ? `.${first.path}` : ""} ${first?.message ?? "is not valid"}`;
  return { ok: false, id: idOf(value), message, problems: check.problems };
};

const idOf = (value: unknown): string => {
  if (typeof value !== "object" || value === null || !("id" in value)) return "";
  return typeof value.id === "string" && value.id.length <= 128 ? value.id : "";
};
