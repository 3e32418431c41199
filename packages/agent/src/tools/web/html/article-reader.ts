/** Reads pages in a thread of its own, started for the first page and given back when none comes for a while. */

import { Worker } from "node:worker_threads";

import type { Article } from "./article.ts";
import type { ArticleRequest, ArticleResponse } from "./article-worker.ts";

export interface ArticleReader {
  /** Rejects with an Error whose message is a sentence when the page takes too much time or memory. */
  read(html: string, url: string, signal: AbortSignal): Promise<Article>;
  close(): Promise<void>;
}

export interface ArticleReaderOptions {
  /** Default 20 s. */
  readonly timeoutMs?: number;
  /** Default 30 s. */
  readonly idleMs?: number;
  /** Heap of the thread; default 256. */
  readonly maxMemoryMb?: number;
}

interface Job {
  readonly resolve: (article: Article) => void;
  readonly reject: (error: Error) => void;
}

export const createArticleReader = ({
  timeoutMs = 20_000,
  idleMs = 30_000,
  maxMemoryMb = 256,
}: ArticleReaderOptions = {}): ArticleReader => {
  let running: Promise<Worker> | undefined;
  let idleTimer: NodeJS.Timeout | undefined;
  let lastId = 0;
  const jobs = new Map<number, Job>();

  const start = async (): Promise<Worker> => {
    const { workerUrl } = await import("./article-worker.ts");
    const worker = new Worker(new URL(workerUrl), {
      resourceLimits: { maxOldGenerationSizeMb: maxMemoryMb, maxYoungGenerationSizeMb: 32 },
      env: {},
      // The thread neither inherits a debugger nor flags for tests.
      execArgv: [],
    });
    worker.unref();
    worker.on("message", ({ id, article }: ArticleResponse) => jobs.get(id)?.resolve(article));
    worker.on("error", (error) => {
      const tooMuch = "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
      failAll(
        new Error(
          tooMuch ? "The page needs more memory than a page may." : `The page cannot be read: ${error.message}`,
        ),
      );
    });
    worker.on("exit", () => failAll(new Error("The page was not read to its end.")));
    return worker;
  };

  const failAll = (error: Error): void => {
    running = undefined;
    for (const job of jobs.values()) job.reject(error);
  };

  const close = async (): Promise<void> => {
    clearTimeout(idleTimer);
    const worker = await running?.catch(() => undefined);
    running = undefined;
    await worker?.terminate();
  };

  return {
    close,
    read: async (html, url, signal) => {
      clearTimeout(idleTimer);
      const id = (lastId += 1);
      const { promise, resolve, reject } = Promise.withResolvers<Article>();
      jobs.set(id, { resolve, reject });
      // One page that hangs takes the thread down with it: there is no other way to stop code that computes.
      const stop = (reason: string) => (): void => {
        reject(new Error(reason));
        void close();
      };
      const onAbort = stop("Stopped before it was finished.");
      const timer = setTimeout(stop(`The page could not be read within ${timeoutMs / 1_000} seconds.`), timeoutMs);
      signal.addEventListener("abort", onAbort, { once: true });
      try {
        running ??= start();
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
        (await running).postMessage({ id, html, url } satisfies ArticleRequest);
        return await promise;
      } finally {
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
        jobs.delete(id);
        if (jobs.size === 0) idleTimer = setTimeout(() => void close(), idleMs).unref();
      }
    },
  };
};
