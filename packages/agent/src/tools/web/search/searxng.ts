/** SearXNG, a search engine that somebody runs themselves, by its JSON format. */

import { jsonResults, stringOf, type SearchProvider } from "./search-provider.ts";

export const searxng: SearchProvider = {
  label: "SearXNG",
  defaultBaseUrl: "",
  needsKey: false,
  request: ({ baseUrl, apiKey, query }) => ({
    url: `${baseUrl}/search?${new URLSearchParams({ q: query, format: "json" }).toString()}`,
    headers: { accept: "application/json", ...(apiKey === "" ? {} : { authorization: `Bearer ${apiKey}` }) },
  }),
  results: (body) =>
    jsonResults(body, ["results"], ({ title, url, content, publishedDate }) => ({
      title: stringOf(title),
      url: stringOf(url),
      snippet: [stringOf(content), stringOf(publishedDate).slice(0, 10)].filter(Boolean).join(" — "),
    })),
  refusal: (status) =>
    status === 403 ? "SearXNG does not answer in JSON; add json to search.formats in its settings.yml." : undefined,
};
