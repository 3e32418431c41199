/** Notices that skykoi.json was written, also by editors that put a new file in its place. */

import { watch, type FSWatcher } from "node:fs";
import { basename, dirname } from "node:path";

import type { Logger } from "@skykoi/log";

/** An editor writes in several steps; the look comes when they are over. */
const SETTLE_MS = 100;

/**
 * The directory is watched, since a file that is replaced takes its watch with it. Where the system gives no watch the
 * regular look of the gateway has to do. Answers how to stop.
 */
export const watchConfig = (path: string, changed: () => void, log: Logger): (() => void) => {
  const name = basename(path);
  let timer: NodeJS.Timeout | undefined;
  let watcher: FSWatcher | undefined;

  const noticed = (_event: string, file: string | null): void => {
    if (file !== null && file !== name) return;
    clearTimeout(timer);
    timer = setTimeout(changed, SETTLE_MS);
  };
  const failed = (error: unknown): void => {
    log.warn("skykoi.json is not watched; edits are noticed at the next tick", { error });
    watcher?.close();
  };

  try {
    watcher = watch(dirname(path), { persistent: false }, noticed);
    watcher.on("error", failed);
  } catch (error) {
    failed(error);
  }
  return () => {
    clearTimeout(timer);
    watcher?.close();
  };
};
