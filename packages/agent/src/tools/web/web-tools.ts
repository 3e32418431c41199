/** What reads the public web without a browser. */

import type { Tool } from "../../port.ts";
import { createWebSearchTool, type WebSearchToolOptions } from "./search/web-search-tool.ts";
import { createSsrfGuard } from "./ssrf-guard.ts";
import { createWebFetchTool } from "./web-fetch-tool.ts";

/** As `tools.web` in the configuration. */
export interface WebToolsOptions {
  readonly search: WebSearchToolOptions;
  readonly fetch: { readonly maxChars: number; readonly allowPrivateHosts: readonly string[] };
}

export const createWebTools = ({ search, fetch }: WebToolsOptions): Tool[] => [
  createWebFetchTool({ guard: createSsrfGuard(fetch), maxChars: fetch.maxChars }),
  createWebSearchTool(search),
];
