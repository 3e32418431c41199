/** `web_search`: a few results of a search service, marked as coming from outside. */

import { Type } from "typebox";

import type { Tool } from "../../../port.ts";
import { wrapUntrusted } from "../../../untrusted/wrap.ts";
import { defineTool, failed, succeeded } from "../../define-tool.ts";
import { createSsrfGuard } from "../ssrf-guard.ts";
import {
  SearchUnreadable,
  type SearchProvider,
  type SearchProviderName,
  type SearchResult,
} from "./search-provider.ts";

const MAX_COUNT = 10;
const DEFAULT_COUNT = 5;
const MAX_ANSWER_BYTES = 2 * 1_024 * 1_024;
const TIMEOUT_MS = 15_000;
const MAX_TITLE_CHARS = 150;
const MAX_URL_CHARS = 500;
const MAX_SNIPPET_CHARS = 400;

export interface WebSearchToolOptions {
  readonly provider: SearchProviderName;
  readonly apiKey: string;
  /** Instead of the provider's own address; it may be in a private network. Empty: its own. */
  readonly baseUrl: string;
  readonly timeoutMs?: number;
}

const Input = Type.Object(
  {
    query: Type.String({ minLength: 1, maxLength: 400 }),
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_COUNT, description: `Default ${DEFAULT_COUNT}` })),
  },
  { additionalProperties: false },
);

export const createWebSearchTool = (options: WebSearchToolOptions): Tool =>
  defineTool({
    name: "web_search",
    description: "Search the web. Gives titles, addresses and snippets; read a result with web_fetch.",
    input: Input,
    title: ({ query }) => `search the web for "${query}"`,
    execute: async ({ query, count = DEFAULT_COUNT }, { signal }) => {
      const provider = await load(options.provider);
      const { label } = provider;
      const baseUrl = (options.baseUrl || provider.defaultBaseUrl).replace(/\/+$/, "");
      const endpoint = URL.parse(baseUrl);
      if (!endpoint) return failed(missing(label, "baseUrl", "its address"));
      if (provider.needsKey && options.apiKey === "") return failed(missing(label, "apiKey", "its key"));

      const { guardedHttp } = await import("../guarded-http.ts");
      const port = endpoint.port || (endpoint.protocol === "https:" ? "443" : "80");
      const answer = await guardedHttp({
        ...provider.request({ baseUrl, apiKey: options.apiKey, query, count }),
        // The owner named this address, and only this: a redirect would take the key elsewhere.
        guard: createSsrfGuard({ allowPrivateHosts: [`${endpoint.hostname}:${port}`] }),
        maxRedirects: 0,
        maxBytes: MAX_ANSWER_BYTES,
        timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
        signal,
      });
      if (!answer.ok) return failed(`${label}: ${answer.reason}`);
      if (answer.status !== 200) {
        return failed(provider.refusal?.(answer.status) ?? refusal(label, answer.status));
      }
      try {
        const results = provider.results(answer.body.toString("utf8")).slice(0, count);
        if (results.length === 0) return succeeded(`${label} found nothing for "${query}".`);
        return succeeded(wrapUntrusted({ source: `web search by ${label}`, text: results.map(present).join("\n\n") }));
      } catch (thrown) {
        if (!(thrown instanceof SearchUnreadable)) throw thrown;
        return failed(thrown.message);
      }
    },
  });

const load = async (name: SearchProviderName): Promise<SearchProvider> => {
  switch (name) {
    case "brave":
      return (await import("./brave.ts")).brave;
    case "searxng":
      return (await import("./searxng.ts")).searxng;
    case "duckduckgo":
      return (await import("./duckduckgo.ts")).duckduckgo;
    default:
      return name satisfies never;
  }
};

const missing = (label: string, key: string, what: string): string =>
  `${label} needs ${what}. Whoever runs this agent can set tools.web.search.${key}, or choose another tools.web.search.provider (brave, searxng, duckduckgo).`;

const refusal = (label: string, status: number): string => {
  if (status === 401 || status === 403 || status === 422) {
    return `${label} refuses the request (HTTP ${status}); check tools.web.search.apiKey.`;
  }
  if (status === 429) return `${label} is limiting requests. Wait a while before the next search.`;
  return `${label} answered with HTTP status ${status}.`;
};

const present = ({ title, url, snippet }: SearchResult, index: number): string =>
  [
    `${index + 1}. ${plain(title).slice(0, MAX_TITLE_CHARS)}`,
    `   ${url.slice(0, MAX_URL_CHARS)}`,
    ...(snippet === "" ? [] : [`   ${plain(snippet).slice(0, MAX_SNIPPET_CHARS)}`]),
  ].join("\n");

/** Providers mark what matched with tags, and write characters as entities. */
const plain = (text: string): string =>
  text
    .replaceAll(/<\/?(?:b|strong|em|mark|span|i)\b[^>]*>/gi, "")
    .replaceAll(/&(amp|lt|gt|quot|#x27|#39|nbsp);/g, (_, name: string) => ENTITIES[name] ?? "")
    .replaceAll(/\s+/g, " ")
    .trim();

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  "#x27": "'",
  "#39": "'",
  nbsp: " ",
};
