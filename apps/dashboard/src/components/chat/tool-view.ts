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

export type OutputEdge = "start" | "end";

/** A command says at its end how it went; a file or a list is read from its start. */
export const outputEdge = (tool: string): OutputEdge => (tool === "exec" ? "end" : "start");

/** The part of a long output at one of its edges. */
export const outputWindow = (output: string, maxLines: number, edge: OutputEdge): OutputWindow => {
  const lines = output.replace(/\n$/, "").split("\n");
  const hiddenLines = Math.max(0, lines.length - maxLines);
  if (hiddenLines === 0) return { text: lines.join("\n"), hiddenLines };
  return { text: lines.slice(...(edge === "end" ? [hiddenLines] : [0, maxLines])).join("\n"), hiddenLines };
};
