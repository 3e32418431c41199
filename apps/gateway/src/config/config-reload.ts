/** Brings an edit of skykoi.json into force while the gateway runs; one that is not valid changes nothing. */

import { setTimeout } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";

import {
  changedKeys,
  formatProblem,
  holdRestartKeys,
  type ConfigFile,
  type ReadConfig,
  type SkykoiConfig,
} from "@skykoi/config";
import { isSystemError } from "@skykoi/fault";
import type { Logger } from "@skykoi/log";

import type { EventHub } from "../events/event-hub.ts";
import type { HealthMonitor } from "../health/health-monitor.ts";
import type { LiveConfig } from "../live-config.ts";

export interface ConfigReloadOptions {
  readonly file: ConfigFile;
  readonly config: LiveConfig;
  /** Of the text the gateway started with; undefined: what is there at the first look is not an edit. */
  readonly loadedHash: string | undefined;
  /** Whether that text could not be used. */
  readonly startedBroken: boolean;
  readonly monitor: Pick<HealthMonitor, "report">;
  readonly hub: Pick<EventHub, "broadcast">;
  readonly log: Logger;
}

export interface ConfigReload {
  /** Looks at the file; resolves when what it says is in force, or reported as not valid. Never rejects. */
  check(): Promise<void>;
  /** Keys whose written value waits for a restart. */
  restartNeeded(): readonly string[];
  /** Whether the file cannot be used. */
  isBroken(): boolean;
}

/** How long writing a file may take. */
const SETTLE_MS = 100;

export const createConfigReload = (options: ConfigReloadOptions): ConfigReload => {
  const { file, config, monitor, hub, log } = options;
  let seenHash = options.loadedHash;
  let broken = options.startedBroken;
  let restartNeeded: readonly string[] = [];

  const check = async (): Promise<void> => {
    const read = await readSettled();
    if (read === undefined || read.hash === seenHash) return;
    const first = seenHash === undefined;
    seenHash = read.hash;
    if (first) return;
    if (!read.exists) return report("is missing");
    if (!read.parsed.ok) return report(summary(read.parsed.problems.map(formatProblem)));
    report(undefined);
    for (const warning of read.parsed.warnings) log.warn("configuration warning", { warning: formatProblem(warning) });
    await apply(read, read.parsed.config);
  };

  /** A text that cannot be used may be one that is just being written: it gets a moment to become whole. */
  const readSettled = async (): Promise<ReadConfig | undefined> => {
    const read = await readFile();
    if (!read || read.hash === seenHash || (read.exists && read.parsed.ok)) return read;
    await setTimeout(SETTLE_MS);
    return readFile();
  };

  const readFile = async (): Promise<ReadConfig | undefined> => {
    try {
      return await file.read();
    } catch (thrown) {
      // Whatever is read next is news.
      seenHash = "";
      report(`cannot be read (${isSystemError(thrown) ? thrown.code : String(thrown)})`);
      return undefined;
    }
  };

  const apply = async ({ text, hash }: ReadConfig, wanted: SkykoiConfig): Promise<void> => {
    const before = config.current();
    const next = holdRestartKeys(before, wanted);
    const { changed } = changedKeys(before, next);
    const waiting = changedKeys(next, wanted).restartNeeded;
    const news = changed.length > 0 || !isDeepStrictEqual(waiting, restartNeeded);
    restartNeeded = waiting;
    if (changed.length > 0) config.replace(next);
    if (news) {
      log.info("configuration changed", { changed, restartNeeded: waiting });
      hub.broadcast("config.changed", { hash, changed: [...changed], restartNeeded: [...waiting] });
    }
    // What needs a restart has not shown yet that a gateway starts with it.
    if (waiting.length === 0) await rememberGood(text);
  };

  const rememberGood = async (text: string): Promise<void> => {
    try {
      await file.markGood(text);
    } catch (error) {
      log.warn("the last good configuration could not be kept", { error });
    }
  };

  const report = (reason: string | undefined): void => {
    broken = reason !== undefined;
    if (reason !== undefined) log.warn("the configuration cannot be used", { path: file.path, reason });
    monitor.report("config", reason && `${file.path}: ${reason}. The last good configuration is in use.`);
  };

  /** One look after the other, so that an older text never comes into force after a newer one. */
  let last = Promise.resolve();
  return {
    check: () => (last = last.then(check)),
    restartNeeded: () => restartNeeded,
    isBroken: () => broken,
  };
};

const summary = ([first = "it is not valid", ...more]: readonly string[]): string =>
  more.length === 0 ? first : `${first} (and ${more.length} more)`;
