/** Brave Search by its Web Search API. */

import { jsonResults, stringOf, type SearchProvider } from "./search-provider.ts";

export const brave: SearchProvider = {
  label: "Brave Search",
  defaultBaseUrl: "https://api.search.brave.com",
  needsKey: true,
  request: ({ baseUrl, apiKey, query, count }) => ({
    url: `${baseUrl}/res/v1/web/search?${new URLSearchParams({ q: query, count: String(count) }).toString()}`,
    headers: { accept: "application/json", "x-subscription-token": apiKey },
  }),
  results: (body) =>
    jsonResults(body, ["web", "results"], ({ title, url, description, age }) => ({
      title: stringOf(title),
      url: stringOf(url),
      snippet: [stringOf(description), stringOf(age)].filter(Boolean).join(" — "),
    })),
};
