/** A line of the log for a person: time, level, part, message, fields. */

const WIDTH_OF_LEVEL = 5;

/** What came from outside cannot move the cursor or hide. */
const CONTROL_CHARACTERS = /\p{Cc}+/gu;

/** What is no JSON object is shown as it is. */
export const logLine = (raw: string): string => {
  const entry = parse(raw);
  if (!entry) return raw.replace(CONTROL_CHARACTERS, " ");
  const { time, level, part, message, ...fields } = entry;
  const clock = new Date(String(time));
  const shown = Object.entries(fields).map(([name, value]) => `${name}=${plain(value)}`);
  return [
    Number.isNaN(clock.getTime()) ? String(time) : clock.toLocaleString("sv-SE"),
    String(level).padEnd(WIDTH_OF_LEVEL),
    `${String(part)}:`,
    String(message),
    ...shown,
  ]
    .join(" ")
    .replace(CONTROL_CHARACTERS, " ");
};

const plain = (value: unknown): string =>
  typeof value === "string" && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);

const parse = (raw: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(raw);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
};
