/** A tree of what an HTML page shows: forgiving as browsers are, without scripts, comments and hidden parts. */

import { Parser } from "htmlparser2";

import { createHiddenRules, isHidden, type HiddenRules } from "./hidden.ts";

export interface Element {
  readonly kind: "element";
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly parent: Element | undefined;
  readonly children: (Element | string)[];
}

export interface HtmlTree {
  readonly root: Element;
  readonly title: string;
  /** Elements with content that a reader of the page does not see; they are not in the tree. */
  readonly hiddenElements: number;
  /** Depth or number of elements went beyond the bounds; the rest is missing. */
  readonly cut: boolean;
}

const MAX_ELEMENTS = 400_000;
const MAX_DEPTH = 400;
const NEVER_SHOWN = new Set([
  "script", "style", "template", "noscript", "iframe", "object", "embed", "svg", "canvas", "video", "audio", "map",
  "datalist", "dialog", "select", "head", "link", "meta", "base", "math",
]); // prettier-ignore

export const parseHtml = (html: string): HtmlTree => {
  const root: Element = { kind: "element", name: "#root", attributes: {}, parent: undefined, children: [] };
  let current = root;
  let depth = 0;
  let elements = 0;
  let skipping = 0;
  let title = "";
  let inTitle = false;
  let style: string | undefined;
  let rules: HiddenRules = createHiddenRules();
  let hiddenElements = 0;
  let hiddenText = false;
  let hiding = false;
  let cut = false;

  const parser: Parser = new Parser(
    {
      onopentag: (name, attributes) => {
        elements += 1;
        if (name === "title" && title === "") inTitle = true;
        if (name === "style") style = "";
        if (skipping > 0) {
          skipping += 1;
          return;
        }
        const hidden = isHidden(name, attributes, rules);
        if (hidden || NEVER_SHOWN.has(name) || elements > MAX_ELEMENTS || depth >= MAX_DEPTH) {
          skipping = 1;
          hiding = hidden;
          hiddenText = false;
          cut ||= elements > MAX_ELEMENTS || depth >= MAX_DEPTH;
          return;
        }
        const element: Element = { kind: "element", name, attributes, parent: current, children: [] };
        current.children.push(element);
        current = element;
        depth += 1;
      },
      ontext: (text) => {
        if (inTitle) title += text;
        else if (style !== undefined) style += text;
        else if (skipping > 0) hiddenText ||= text.trim() !== "";
        else current.children.push(text);
      },
      onclosetag: (name) => {
        if (name === "title") inTitle = false;
        if (name === "style" && style !== undefined) {
          rules = createHiddenRules(style, rules);
          style = undefined;
        }
        if (skipping > 0) {
          skipping -= 1;
          if (skipping === 0 && hiding && hiddenText) hiddenElements += 1;
          return;
        }
        if (current.parent) {
          current = current.parent;
          depth -= 1;
        }
      },
    },
    { decodeEntities: true, lowerCaseTags: true, lowerCaseAttributeNames: true },
  );
  parser.end(html);
  return { root, title: title.replaceAll(/\s+/g, " ").trim(), hiddenElements, cut };
};

/** All text below, as written. */
export const textOf = (node: Element | string): string => {
  if (typeof node === "string") return node;
  return node.children.map(textOf).join("");
};
