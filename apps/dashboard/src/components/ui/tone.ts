/** The four states anything in the product can be in, and how each is coloured. */

export type Tone = "good" | "busy" | "warn" | "bad" | "idle";

export const dotClass: Record<Tone, string> = {
  good: "bg-koi",
  busy: "bg-warn animate-breathe",
  warn: "bg-warn",
  bad: "bg-bad",
  idle: "bg-line-strong",
};

export const textClass: Record<Tone, string> = {
  good: "text-ink-soft",
  busy: "text-ink-soft",
  warn: "text-warn-text",
  bad: "text-bad-text",
  idle: "text-ink-faint",
};
