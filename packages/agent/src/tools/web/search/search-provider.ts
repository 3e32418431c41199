/** The port of a web search: a question out, a short list of links back. */

export type SearchProviderName = "brave" | "searxng" | "duckduckgo";

export interface SearchResult {
  readonly title: string;
  readonly url: string;
  readonly snippet: string;
}

/** What a provider asks for over HTTP, and how it reads the answer. */
export interface SearchProvider {
  /** Without a trailing slash. Empty: the provider has no address of its own and needs one. */
  readonly defaultBaseUrl: string;
  readonly needsKey: boolean;
  /** What people call it. */
  readonly label: string;
  request(search: {
    readonly baseUrl: string;
    readonly apiKey: string;
    readonly query: string;
    readonly count: number;
  }): {
    readonly url: string;
    readonly headers?: Readonly<Record<string, string>>;
  };
  /** Throws SearchUnreadable when this is not what the provider sends. */
  results(body: string): readonly SearchResult[];
  /** A sentence for an HTTP status that has a meaning of its own here. */
  refusal?(status: number): string | undefined;
}

/** Its message is a sentence. */
export class SearchUnreadable extends Error {
  override readonly name = "SearchUnreadable";
}

/** The list under the keys of a JSON answer; entries without an address are left out. */
export const jsonResults = (
  body: string,
  path: readonly string[],
  read: (entry: Readonly<Record<string, unknown>>) => SearchResult,
): SearchResult[] => {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new SearchUnreadable("The search service did not answer with JSON.");
  }
  for (const key of path) value = isRecord(value) ? value[key] : undefined;
  return Array.isArray(value)
    ? value
        .filter(isRecord)
        .map(read)
        .filter(({ url }) => /^https?:\/\//.test(url))
    : [];
};

export const stringOf = (value: unknown): string => (typeof value === "string" ? value : "");

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
