/** Finds the part of a page that somebody came to read, by the signs Readability uses: paragraphs, commas, few links. */

import type { Element } from "./html-tree.ts";

/** Less than this, and the page is rather a list or an application: then all of it is given. */
const MIN_ARTICLE_CHARS = 250;
/** A marked article that holds this part of the page's paragraphs is the article. */
const MARKED_SHARE = 0.4;
const AROUND = new Set(["nav", "aside", "footer", "form", "button"]);
const AROUND_ROLES = new Set(["navigation", "complementary", "contentinfo", "banner", "search", "menu"]);
const UNLIKELY =
  /(^|[\s_-])(ads?|advert\w*|banner|breadcrumbs?|combx|comments?|community|cookies?|consent|disqus|footer|menu|modal|nav(bar|igation)?|newsletter|pager|pagination|popup|promo|related|remark|rss|share|sharing|shoutbox|sidebar|skyscraper|social|sponsor\w*|subscribe|toolbar|widget)([\s_-]|$)/i;
const LIKELY = /(^|[\s_-])(article|body|content|entry|hentry|main|page|post|text|blog|story|markdown)([\s_-]|$)/i;

interface Measures {
  /** Characters of text below, white space aside. */
  chars: number;
  linkChars: number;
  /** Characters of paragraphs that are more than a caption. */
  prose: number;
  score: number;
}

/** The element to render, and which of its descendants to leave out. */
export interface MainContent {
  readonly element: Element;
  readonly skip: (element: Element) => boolean;
}

export const mainContent = (root: Element): MainContent => {
  const measures = new Map<Element, Measures>();
  const whole = measure(root, false, measures);
  const pick = markedArticle(root, measures, whole) ?? bestScored(measures);
  const chosen = pick && measures.get(pick);
  if (!pick || !chosen || chosen.chars < MIN_ARTICLE_CHARS) return { element: root, skip: () => false };
  return {
    element: withHeading(pick),
    skip: (element) => isAround(element) && !holdsMost(measures.get(element), chosen),
  };
};

const measure = (element: Element, inLink: boolean, measures: Map<Element, Measures>): Measures => {
  const own: Measures = { chars: 0, linkChars: 0, prose: 0, score: 0 };
  measures.set(element, own);
  const link = inLink || element.name === "a";
  for (const child of element.children) {
    if (typeof child === "string") {
      const { length } = child.trim();
      own.chars += length;
      if (link) own.linkChars += length;
      continue;
    }
    const below = measure(child, link, measures);
    own.chars += below.chars;
    own.linkChars += below.linkChars;
    if (!isAround(child)) own.prose += below.prose;
  }
  if (isParagraph(element, own)) scoreParagraph(element, own, measures);
  return own;
};

const PARAGRAPHS = new Set(["p", "pre", "blockquote", "td", "dd", "li"]);
const MIN_PARAGRAPH_CHARS = 25;

const isParagraph = (element: Element, { chars, linkChars }: Measures): boolean =>
  chars >= MIN_PARAGRAPH_CHARS &&
  linkChars < chars / 2 &&
  (PARAGRAPHS.has(element.name) || (element.name === "div" && hasOnlyInlineText(element)));

const hasOnlyInlineText = (element: Element): boolean =>
  element.children.every((child) => typeof child === "string" || INLINE.has(child.name));

const INLINE = new Set([
  "a",
  "abbr",
  "b",
  "br",
  "cite",
  "code",
  "em",
  "i",
  "img",
  "mark",
  "q",
  "small",
  "span",
  "strong",
  "sub",
  "sup",
  "time",
  "u",
]);

/** A paragraph speaks for its parent, half as much for the one above. */
const scoreParagraph = (element: Element, own: Measures, measures: ReadonlyMap<Element, Measures>): void => {
  own.prose += own.prose === 0 ? own.chars : 0;
  const points = 1 + commas(element) + Math.min(own.chars / 100, 3);
  const parent = element.parent && measures.get(element.parent);
  const above = element.parent?.parent && measures.get(element.parent.parent);
  if (parent) parent.score += points;
  if (above) above.score += points / 2;
};

const commas = (element: Element): number => {
  let count = 0;
  for (const child of element.children) {
    if (typeof child !== "string") continue;
    for (let at = child.search(/[,，、،]/); at >= 0 && count < 10; at = nextComma(child, at)) count += 1;
  }
  return Math.min(count, 10);
};

const nextComma = (text: string, after: number): number => {
  const found = text.slice(after + 1).search(/[,，、،]/);
  return found < 0 ? -1 : after + 1 + found;
};

const markedArticle = (
  root: Element,
  measures: ReadonlyMap<Element, Measures>,
  whole: Measures,
): Element | undefined => {
  let best: Element | undefined;
  let bestProse = 0;
  for (const [element, { prose }] of measures) {
    if (element === root || !isMarked(element)) continue;
    // The innermost of equals: an article within main, without the page's furniture beside it.
    if (prose > bestProse || (prose === bestProse && best && isWithin(element, best)))
      [best, bestProse] = [element, prose];
  }
  return best && bestProse >= whole.prose * MARKED_SHARE && bestProse > 0 ? best : undefined;
};

const isMarked = ({ name, attributes }: Element): boolean =>
  name === "article" || name === "main" || attributes["role"] === "main" || attributes["itemprop"] === "articleBody";

const bestScored = (measures: ReadonlyMap<Element, Measures>): Element | undefined => {
  let best: Element | undefined;
  let bestScore = 0;
  for (const [element, own] of measures) {
    if (own.score <= 0 || own.chars === 0 || isAround(element)) continue;
    const score = own.score * (1 - own.linkChars / own.chars) * weight(element);
    if (score > bestScore) [best, bestScore] = [element, score];
  }
  return best;
};

const weight = ({ attributes }: Element): number => {
  const names = `${attributes["class"] ?? ""} ${attributes["id"] ?? ""}`;
  if (UNLIKELY.test(names)) return 0.3;
  return LIKELY.test(names) ? 1.3 : 1;
};

const isAround = ({ name, attributes }: Element): boolean => {
  if (AROUND.has(name) || AROUND_ROLES.has(attributes["role"] ?? "")) return true;
  const names = `${attributes["class"] ?? ""} ${attributes["id"] ?? ""}`;
  return names.length > 1 && name !== "body" && name !== "html" && UNLIKELY.test(names) && !LIKELY.test(names);
};

/** What looks like furniture by its name but holds the greater part of the text is not. */
const holdsMost = (part: Measures | undefined, whole: Measures): boolean => (part?.chars ?? 0) > whole.chars / 2;

const isWithin = (element: Element, ancestor: Element): boolean => {
  for (let at = element.parent; at; at = at.parent) if (at === ancestor) return true;
  return false;
};

/** The element one step up when it opens with the heading that the text stands under. */
const withHeading = (element: Element): Element => {
  const { parent } = element;
  const opening = parent?.children.find((child) => typeof child !== "string");
  const isHeading = typeof opening === "object" && opening !== element && /^(h1|header)$/.test(opening.name);
  return parent && isHeading && parent.name !== "body" ? parent : element;
};
