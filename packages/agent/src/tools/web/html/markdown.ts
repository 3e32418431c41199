/** Renders the tree of a page as Markdown, in one pass. */

import { textOf, type Element } from "./html-tree.ts";

export interface MarkdownOptions {
  /** Relative addresses start here. */
  readonly baseUrl: string;
  readonly skip: (element: Element) => boolean;
}

const MAX_ALT_CHARS = 200;
const BLOCKS = new Set([
  "address", "article", "aside", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption", "figure",
  "footer", "form", "header", "html", "legend", "main", "nav", "p", "section", "summary", "#root",
]); // prettier-ignore
const MARKS: Readonly<Record<string, string>> = { strong: "**", b: "**", em: "_", i: "_", del: "~~", s: "~~" };

export const renderMarkdown = (element: Element, options: MarkdownOptions): string =>
  tidy(renderBlock(element, options));

/** Lines without blanks at their ends and no more than one empty line, outside of code. */
const tidy = (markdown: string): string =>
  markdown
    .split(/(^```[\s\S]*?^```$)/m)
    .map((part, index) => (index % 2 === 1 ? part : part.replaceAll(/[ \t]+\n/g, "\n").replaceAll(/\n{3,}/g, "\n\n")))
    .join("")
    .trim();

const renderBlock = (element: Element, options: MarkdownOptions): string => {
  if (options.skip(element)) return "";
  const { name } = element;
  if (/^h[1-6]$/.test(name)) return heading(element, options);
  switch (name) {
    case "ul":
    case "ol":
      return `\n\n${list(element, options)}\n\n`;
    case "pre":
      return codeBlock(element);
    case "blockquote":
      return `\n\n${prefixed(tidy(children(element, options)), "> ")}\n\n`;
    case "table":
      return table(element, options);
    case "hr":
      return "\n\n---\n\n";
    default:
      return BLOCKS.has(name) ? `\n\n${children(element, options)}\n\n` : inline(element, options);
  }
};

const children = (element: Element, options: MarkdownOptions): string => {
  let out = "";
  for (const child of element.children) {
    const piece = typeof child === "string" ? child.replaceAll(/\s+/g, " ") : renderBlock(child, options);
    // White space at the start of a line has no meaning in HTML and some in Markdown.
    out += piece.startsWith(" ") && (out === "" || out.endsWith("\n")) ? piece.trimStart() : piece;
  }
  return out;
};

const inline = (element: Element, options: MarkdownOptions): string => {
  const { name, attributes } = element;
  if (name === "br") return "\n";
  if (name === "img") return image(attributes, options);
  if (name === "code" || name === "kbd" || name === "samp") return code(textOf(element));
  if (name === "input" || name === "textarea") return attributes["placeholder"] ? `[${attributes["placeholder"]}]` : "";
  const content = children(element, options);
  if (name === "a") return link(content, attributes["href"], options);
  const mark = MARKS[name];
  return mark === undefined || content.trim() === "" || content.includes("\n\n") ? content : around(content, mark);
};

/** The blanks at the ends stay outside of the marks, where Markdown wants them. */
const around = (content: string, mark: string): string => {
  const inner = content.trim();
  const start = content.indexOf(inner);
  return `${content.slice(0, start)}${mark}${inner}${mark}${content.slice(start + inner.length)}`;
};

const code = (text: string): string => {
  const inner = text.replaceAll(/\s+/g, " ").trim();
  if (inner === "") return "";
  return inner.includes("`") ? `\`\` ${inner} \`\`` : `\`${inner}\``;
};

const heading = (element: Element, options: MarkdownOptions): string => {
  const text = children(element, options).replaceAll(/\s+/g, " ").trim();
  return text === "" ? "" : `\n\n${"#".repeat(Number(element.name.slice(1)))} ${text}\n\n`;
};

const link = (content: string, href: string | undefined, { baseUrl }: MarkdownOptions): string => {
  const label = content.trim();
  const url = href === undefined ? null : URL.parse(href, baseUrl);
  if (!url || label === "" || label.includes("\n\n") || !/^(https?|mailto|tel):$/.test(url.protocol)) return content;
  if (href?.startsWith("#")) return content;
  const start = content.indexOf(label);
  return `${content.slice(0, start)}[${label.replaceAll(/\s+/g, " ")}](${url.href})${content.slice(start + label.length)}`;
};

const image = (attributes: Readonly<Record<string, string>>, { baseUrl }: MarkdownOptions): string => {
  const alt = (attributes["alt"] ?? "").replaceAll(/\s+/g, " ").trim().slice(0, MAX_ALT_CHARS);
  const url = URL.parse(attributes["src"] ?? attributes["data-src"] ?? "", baseUrl);
  if (!url || !/^https?:$/.test(url.protocol)) return alt === "" ? "" : `![${alt}]`;
  return alt === "" ? "" : `![${alt}](${url.href})`;
};

const codeBlock = (element: Element): string => {
  const text = textOf(element).replaceAll("\r", "").replace(/^\n/, "").trimEnd();
  if (text.trim() === "") return "";
  const inner = element.children.find((child) => typeof child === "object" && child.name === "code");
  const classes = `${element.attributes["class"] ?? ""} ${typeof inner === "object" ? (inner.attributes["class"] ?? "") : ""}`;
  const [, language = ""] = /\b(?:language|lang|highlight-source)-([\w+#-]+)/.exec(classes) ?? [];
  const fence = text.includes("```") ? "~~~" : "```";
  return `\n\n${fence}${language}\n${text}\n${fence}\n\n`;
};

const list = (element: Element, options: MarkdownOptions): string => {
  const ordered = element.name === "ol";
  let number = Number(element.attributes["start"] ?? 1) || 1;
  const items: string[] = [];
  for (const child of element.children) {
    if (typeof child === "string" || options.skip(child)) continue;
    if (child.name === "ul" || child.name === "ol") {
      items.push(prefixed(list(child, options), "  "));
      continue;
    }
    const content = tidy(children(child, options)).replaceAll(/\n\n(?=\s*(?:[-*]|\d+\.) )/g, "\n");
    if (content === "") continue;
    const bullet = ordered ? `${number}. ` : "- ";
    number += 1;
    items.push(bullet + prefixed(content, " ".repeat(bullet.length)).trimStart());
  }
  return items.join("\n");
};

const prefixed = (text: string, prefix: string): string =>
  text
    .split("\n")
    .map((line) => (line === "" ? prefix.trimEnd() : prefix + line))
    .join("\n");

const table = (element: Element, options: MarkdownOptions): string => {
  const rows = rowsOf(element).map((row) =>
    row.children.flatMap((cell) =>
      typeof cell === "object" && (cell.name === "td" || cell.name === "th") ? [tidy(children(cell, options))] : [],
    ),
  );
  const columns = Math.max(0, ...rows.map((row) => row.length));
  // One column, or cells with blocks in them: a table for layout.
  if (columns < 2 || rows.some((row) => row.some((cell) => cell.includes("\n\n")))) {
    return `\n\n${rows.map((row) => row.join("\n\n")).join("\n\n")}\n\n`;
  }
  const line = (cells: readonly string[]): string =>
    `| ${Array.from({ length: columns }, (_, index) => cellText(cells[index] ?? "")).join(" | ")} |`;
  const [head = [], ...body] = rows;
  return `\n\n${[line(head), `|${" --- |".repeat(columns)}`, ...body.map(line)].join("\n")}\n\n`;
};

const cellText = (text: string): string => text.replaceAll("\n", " ").replaceAll("|", "\\|");

/** Rows of this table, not of tables within it. */
const rowsOf = (element: Element): Element[] =>
  element.children.flatMap((child) => {
    if (typeof child === "string") return [];
    if (child.name === "tr") return [child];
    return /^t(head|body|foot)$/.test(child.name) ? rowsOf(child) : [];
  });
