/** Strings with a form: each pattern with the words that describe it to the person who mistyped it. */

import { Type, type TSchemaOptions } from "typebox";

interface Pattern {
  readonly pattern: string;
  readonly expected: string;
}

export const PATTERNS = {
  modelRef: { pattern: "^[^/\\s]+/\\S+$", expected: 'a model like "provider/model"' },
  clockTime: { pattern: "^([01]\\d|2[0-3]):[0-5]\\d$", expected: 'a time of day like "08:00"' },
  duration: { pattern: "^\\d+(s|m|h|d)$", expected: 'a duration like "30m"' },
  httpUrl: { pattern: "^https?://\\S+$", expected: "an http or https URL" },
  agentId: { pattern: "^[a-z0-9][a-z0-9_-]{0,63}$", expected: "up to 64 of a-z, 0-9, - and _" },
} as const satisfies Record<string, Pattern>;

export const matching = ({ pattern }: Pattern, options: TSchemaOptions = {}) => Type.String({ ...options, pattern });

/** The validator's message, in words where it names one of the patterns. */
export const explainPattern = (message: string): string => {
  const named = Object.values(PATTERNS).find(({ pattern }) => message.includes(pattern));
  return named ? `must be ${named.expected}` : message;
};
