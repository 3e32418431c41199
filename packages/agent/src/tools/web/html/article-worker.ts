/** The thread that reads pages: a large or hostile page costs it time and memory, and never the gateway. */

import { isMainThread, parentPort } from "node:worker_threads";

import type { Article } from "./article.ts";

export interface ArticleRequest {
  readonly id: number;
  readonly html: string;
  readonly url: string;
}

export interface ArticleResponse {
  readonly id: number;
  readonly article: Article;
}

/** Where this code is: in the sources and in the bundle the thread is started from the same place. */
export const workerUrl = import.meta.url;

if (!isMainThread && parentPort) {
  const port = parentPort;
  const { readArticle } = await import("./article.ts");
  port.on("message", ({ id, html, url }: ArticleRequest) => {
    port.postMessage({ id, article: readArticle(html, url) } satisfies ArticleResponse);
  });
}
