/** A page as something to read: its title and its main content as Markdown. */

import { parseHtml } from "./html-tree.ts";
import { mainContent } from "./main-content.ts";
import { renderMarkdown } from "./markdown.ts";

export interface Article {
  readonly title: string;
  readonly markdown: string;
  readonly hiddenElements: number;
  /** The page has more elements than were read. */
  readonly cut: boolean;
}

export const readArticle = (html: string, url: string): Article => {
  const { root, title, hiddenElements, cut } = parseHtml(html);
  const { element, skip } = mainContent(root);
  return { title, markdown: renderMarkdown(element, { baseUrl: url, skip }), hiddenElements, cut };
};
