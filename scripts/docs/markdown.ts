/** The few forms of Markdown that the generated reference is made of. */

const escapeCell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

const line = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(" | ")} |`;

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
};

export const code = (text: string): string => `\`${text}\``;

export const fence = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\``;

/** Says where a generated page comes from. */
export const generatedFrom = (source: string): string =>
  `<!-- Generated from ${source} by \`npm run docs\`. Do not edit. -->`;
