/** The surface of a message: its steps, its politeness, its quotes. */

export interface Phrase {
  /** Without greeting, politeness and surrounding blanks. */
  readonly text: string;
  /** Said as a question ("can you …?"), whose question mark belongs to the sentence. */
  readonly asked: boolean;
}

const ASKING = /^(?:can|could|would|will)\s+you\s+/i;
const POLITE = /^(?:please|kindly|koi|hey|hi|hello|ok|okay|now|first|finally|also|and|then|just)\b[\s,:!]+/i;
const THANKS = /(?<=[\s,])(?:please|thanks|thank\s+you)[.!?]*$/i;
const MAX_COURTESIES = 8;

export const phrase = (said: string): Phrase => {
  let text = trimEnd(said.trim().replace(THANKS, ""));
  let asked = false;
  for (let count = 0; count < MAX_COURTESIES; count++) {
    const rest = text.replace(ASKING, "");
    asked ||= rest !== text;
    const shorter = rest.replace(POLITE, "");
    if (shorter === text) break;
    text = shorter;
  }
  return { text: text.trim(), asked };
};

const VERB =
  "(?:please\\s+)?(?:run|execute|exec|create|write|make|save|put|read|show|open|cat|print|display|view|list|ls|replace|change)\\b";
const JOINT = new RegExp(String.raw`(?<=\s)(?:and\s+then|then|and\s+after\s+that)[\s,:]+(?=${VERB})`, "gi");

/**
 * "A and then B" as [A, B]. Only before a verb that starts a wish, and not inside quotes or after a `;`, where the
 * word belongs to a command or a text.
 */
export const splitSteps = (message: string): readonly string[] => {
  const steps: string[] = [];
  let start = 0;
  for (const { index, 0: joint } of message.matchAll(JOINT)) {
    const step = trimEnd(message.slice(start, index));
    if (isOpen(step) || step.endsWith(";")) continue;
    steps.push(step);
    start = index + joint.length;
  }
  return [...steps, message.slice(start)];
};

/** Without trailing blanks and the comma before them. Not by a pattern, which would be slow on long runs of blanks. */
const trimEnd = (text: string): string => {
  const trimmed = text.trimEnd();
  return trimmed.endsWith(",") ? trimmed.slice(0, -1) : trimmed;
};

/** An odd number of backticks or double quotes: the text breaks off inside a quotation. */
const isOpen = (text: string): boolean => ["`", '"'].some((quote) => text.split(quote).length % 2 === 0);

const FENCE = /^```[^\n`]*\n([\s\S]*?)\n?```$/;

/** The text inside one pair of quotes, backticks or a fence around all of it. */
export const unquote = (text: string): string => {
  const fenced = FENCE.exec(text)?.[1];
  if (fenced !== undefined) return fenced;
  const quote = text[0];
  const isQuoted =
    text.length >= 2 && (quote === '"' || quote === "'" || quote === "`") && text.indexOf(quote, 1) === text.length - 1;
  return isQuoted ? text.slice(1, -1) : text;
};
