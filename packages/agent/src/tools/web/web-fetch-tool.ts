/** `web_fetch`: one public web page as text, marked as coming from outside. */

import { Type } from "typebox";

import type { Tool, ToolResult } from "../../port.ts";
import { wrapUntrusted } from "../../untrusted/wrap.ts";
import { defineTool, failed, succeeded } from "../define-tool.ts";
import type { ArticleReader } from "./html/article-reader.ts";
import { decodeText, mediaType, pageKind } from "./page-text.ts";
import type { SsrfGuard } from "./ssrf-guard.ts";

const MAX_BODY_BYTES = 8 * 1_024 * 1_024;
const MAX_REDIRECTS = 5;
const TIMEOUT_MS = 30_000;
const MIN_CHARS = 100;

export interface WebFetchToolOptions {
  readonly guard: SsrfGuard;
  /** The most a call may ask for, and the default of one. */
  readonly maxChars: number;
  readonly timeoutMs?: number;
}

const Input = Type.Object(
  {
    url: Type.String({ minLength: 1, description: "http or https URL" }),
    offset: Type.Optional(Type.Integer({ minimum: 0, description: "Characters to skip, to read on" })),
    maxChars: Type.Optional(Type.Integer({ minimum: MIN_CHARS })),
  },
  { additionalProperties: false },
);

interface Page {
  readonly text: string;
  readonly title?: string;
  readonly notes: readonly string[];
}

export const createWebFetchTool = ({ guard, maxChars: limit, timeoutMs = TIMEOUT_MS }: WebFetchToolOptions): Tool => {
  let reader: Promise<ArticleReader> | undefined;
  const articleReader = (): Promise<ArticleReader> => {
    reader ??= import("./html/article-reader.ts").then(({ createArticleReader }) => createArticleReader());
    return reader;
  };

  return defineTool({
    name: "web_fetch",
    description:
      "Read a public web page (its main content as Markdown), JSON or text by URL. No scripts run, no login; use the browser tool for that.",
    input: Input,
    title: ({ url }) => `read ${url}`,
    execute: async ({ url, offset = 0, maxChars = limit }, { signal }) => {
      const checked = guard.check(url);
      if (!checked.ok) return failed(checked.reason);
      const { guardedHttp } = await import("./guarded-http.ts");
      const answer = await guardedHttp({
        url: checked.url,
        guard,
        maxBytes: MAX_BODY_BYTES,
        timeoutMs,
        maxRedirects: MAX_REDIRECTS,
        signal,
      });
      if (!answer.ok) return failed(answer.reason);
      const { body, contentType, status, url: final } = answer;
      const kind = pageKind(contentType, body);
      if (kind === "other") return failed(notText(final, contentType, body.length, answer.truncated));

      const source = decodeText(body, contentType);
      let page: Page;
      try {
        page =
          kind === "html"
            ? await htmlPage(await articleReader(), source, final, signal)
            : { text: kind === "json" ? indented(source) : source, notes: [] };
      } catch (thrown) {
        return failed(thrown instanceof Error ? thrown.message : String(thrown));
      }
      const cut = answer.truncated ? [`only the first ${MAX_BODY_BYTES / 1_024 / 1_024} MB were read`] : [];
      return present({ ...page, notes: [...page.notes, ...cut] }, final, status, offset, Math.min(maxChars, limit));
    },
  });
};

const htmlPage = async (reader: ArticleReader, html: string, url: URL, signal: AbortSignal): Promise<Page> => {
  const { title, markdown, hiddenElements, cut } = await reader.read(html, url.href, signal);
  const notes = [
    ...(hiddenElements > 0 ? [`${hiddenElements} hidden elements left out`] : []),
    ...(cut ? ["the page has too many elements, the rest of them is missing"] : []),
    ...(markdown === "" ? ["the page has no text without running its scripts; try the browser tool"] : []),
  ];
  return { title, text: markdown, notes };
};

const present = (page: Page, url: URL, status: number, offset: number, maxChars: number): ToolResult => {
  const { text, title, notes } = page;
  if (offset > 0 && offset >= text.length) return failed(`${url.href} has only ${text.length} characters.`);
  const part = text.slice(offset, offset + maxChars).toWellFormed();
  const end = offset + part.length;
  const more =
    end < text.length ? `\n[characters ${offset} to ${end} of ${text.length}; continue with offset ${end}]` : "";
  const heading = title && offset === 0 ? `# ${title}\n\n` : "";
  const wrapped = wrapUntrusted({ source: `web page ${url.href}`, text: heading + part, notes });
  if (status >= 400) return failed(`HTTP status ${status}.\n${wrapped}${more}`);
  return succeeded(wrapped + more);
};

const indented = (json: string): string => {
  try {
    return JSON.stringify(JSON.parse(json), undefined, 1);
  } catch {
    // Not the JSON it claims to be; it is shown as it is.
    return json;
  }
};

const notText = (url: URL, contentType: string, bytes: number, truncated: boolean): string =>
  `${url.href} is ${mediaType(contentType) || "binary"} (${truncated ? "more than " : ""}${bytes} bytes), not text. Download it with the browser tool or with \`curl\` in exec, and look into it with a program for its kind.`;
