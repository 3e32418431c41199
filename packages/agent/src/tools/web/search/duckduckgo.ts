/** DuckDuckGo by its page for browsers without scripts: no key, but it may ask to prove that one is a person. */

import { parseHtml, textOf, type Element } from "../html/html-tree.ts";
import { SearchUnreadable, type SearchProvider, type SearchResult } from "./search-provider.ts";

export const duckduckgo: SearchProvider = {
  label: "DuckDuckGo",
  defaultBaseUrl: "https://html.duckduckgo.com",
  needsKey: false,
  request: ({ baseUrl, query }) => ({ url: `${baseUrl}/html/?${new URLSearchParams({ q: query }).toString()}` }),
  results: (body) => {
    const { root } = parseHtml(body);
    const results = withClass(root, "result").flatMap(readResult);
    if (results.length === 0 && /anomaly-modal|challenge-form/.test(body)) throw new SearchUnreadable(CHALLENGE);
    return results;
  },
  refusal: (status) => (status === 202 || status === 403 ? CHALLENGE : undefined),
};

const CHALLENGE =
  "DuckDuckGo asks to prove that a person is searching. Wait a while, or set tools.web.search.provider to brave or searxng.";

const readResult = (element: Element): SearchResult[] => {
  const [link] = withClass(element, "result__a");
  const url = target(link?.attributes["href"] ?? "");
  if (!link || url === undefined || hasClass(element, "result--ad")) return [];
  const [snippet] = withClass(element, "result__snippet");
  return [{ title: textOf(link).trim(), url, snippet: snippet ? textOf(snippet) : "" }];
};

/** Links go by way of `/l/?uddg=<address>`. */
const target = (href: string): string | undefined => {
  const url = URL.parse(href, "https://duckduckgo.com/");
  const direct = url?.searchParams.get("uddg") ?? url?.href ?? "";
  return /^https?:\/\//.test(direct) && !direct.startsWith("https://duckduckgo.com/y.js") ? direct : undefined;
};

const withClass = (element: Element, name: string): Element[] =>
  element.children.flatMap((child) => {
    if (typeof child === "string") return [];
    return hasClass(child, name) ? [child] : withClass(child, name);
  });

const hasClass = ({ attributes }: Element, name: string): boolean =>
  attributes["class"]?.split(/\s+/).includes(name) === true;
