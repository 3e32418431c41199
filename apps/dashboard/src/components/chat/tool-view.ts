/** How the call of a tool is named and shown. Pure. */

/** A title as the agent gives it, cut where backticks mark code: "run `uname -a`". */
export const titleParts = (title: string): readonly { readonly text: string; readonly code: boolean }[] =>
  title
    .split(/`([^`]+)`/)
    .map((text, index) => ({ text, code: index % 2 === 1 }))
    .filter(({ text }) => text !== "");

/** The arguments as a person reads them: a lone command as it is, everything else as a list of names and values. */
export const argumentLines = (args: unknown): readonly { readonly name: string; readonly value: string }[] => {
  if (typeof args !== "object" || args === null)
    return args === undefined ? [] : [{ name: "value", value: asText(args) }];
  return Object.entries(args).map(([name, value]) => ({ name, value: asText(value) }));
};

const asText = (value: unknown): string =>
  typeof value === "string" ? value : (JSON.stringify(value, undefined, 2) ?? String(value));

export interface OutputWindow {
  readonly text: string;
  readonly hiddenLines: number;
}

/** The end of a long output, because that is where a command says how it went. */
export const outputWindow = (output: string, maxLines: number): OutputWindow => {
  const lines = output.replace(/\n$/, "").split("\n");
  return lines.length <= maxLines
    ? { text: lines.join("\n"), hiddenLines: 0 }
    : { text: lines.slice(-maxLines).join("\n"), hiddenLines: lines.length - maxLines };
};
