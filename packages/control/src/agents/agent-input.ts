/** What a person may name an agent and tell about it. */

import { fault } from "@skykoi/fault";

const MAX_NAME_CHARACTERS = 80;
const MAX_PURPOSE_CHARACTERS = 2_000;
const MAX_KEY_CHARACTERS = 200;

const CONTROL_CHARACTER = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u;
const CONTROL_EXCEPT_LINES = /[\p{Cs}[\p{Cc}--[\n\r\t]]]/v;

/** Throws INVALID_REQUEST with the path of what is wrong. */
export const parseName = (input: string): string => {
  const name = input.trim().normalize("NFC");
  if (name === "") throw invalid("name", "must not be empty");
  if (CONTROL_CHARACTER.test(name)) throw invalid("name", "must not contain control characters or line breaks");
  if (lengthOf(name) > MAX_NAME_CHARACTERS) {
    throw invalid("name", `must have at most ${MAX_NAME_CHARACTERS} characters`);
  }
  return name;
};

/** May have several lines. Throws INVALID_REQUEST. */
export const parsePurpose = (input: string | undefined): string => {
  const purpose = (input ?? "").trim().normalize("NFC");
  if (CONTROL_EXCEPT_LINES.test(purpose)) throw invalid("purpose", "must not contain control characters");
  if (lengthOf(purpose) > MAX_PURPOSE_CHARACTERS) {
    throw invalid("purpose", `must have at most ${MAX_PURPOSE_CHARACTERS} characters`);
  }
  return purpose;
};

/** Throws INVALID_REQUEST. */
export const parseIdempotencyKey = (input: string): string => {
  if (input !== "" && input.length <= MAX_KEY_CHARACTERS && !CONTROL_CHARACTER.test(input)) return input;
  throw invalid("idempotencyKey", `must have 1 to ${MAX_KEY_CHARACTERS} printable characters`);
};

/** Code points, as PostgreSQL counts them. */
const lengthOf = (text: string): number => Array.from(text).length;

const invalid = (path: string, message: string) =>
  fault("INVALID_REQUEST", { message: `The agent's ${path} ${message}.`, details: [{ path, message }] });
