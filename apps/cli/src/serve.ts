/** Starts a gateway from the home's configuration and keeps it running until a signal; shared by the run commands. */

import { resolveHome, loadConfig, type ConfigFlags } from "@skykoi/config";
import { createLogBook, startGateway, type Gateway } from "@skykoi/gateway";
import { logPath } from "@skykoi/gateway/log-path";
import { createLogger, type Logger } from "@skykoi/log";

import type { CommandContext } from "./command.ts";
import { EXIT } from "./exit-code.ts";
import { version } from "./version.ts";

/** A stop that takes longer is not waited for: what was accepted is on disk. */
const STOP_LIMIT_MS = 8_000;

/** What a shell reports for a process that was ended by SIGINT. */
const EXIT_INTERRUPTED = 130;

export interface ServeOptions {
  readonly context: CommandContext;
  readonly flags?: ConfigFlags;
  /** Called once the gateway listens, before anything is waited for. */
  readonly onListening?: (listening: Listening) => Promise<void>;
}

export interface Listening {
  readonly gateway: Gateway;
  readonly log: Logger;
  /** Fires when the process shall end. */
  readonly stop: AbortSignal;
}

/** Resolves to the exit code after the gateway has stopped. */
export const serve = async ({ context, flags, onListening }: ServeOptions): Promise<number> => {
  const { env, print, complain } = context;
  const { signal: stop, requested } = stopRequest();
  const home = resolveHome(env);
  const { config, hash, degraded, warnings, markGood } = await loadConfig({ home, env, ...(flags ? { flags } : {}) });
  let { level } = config.logging;
  const logBook = createLogBook({ path: logPath(home) });
  const write = (line: string): void => {
    process.stderr.write(`${line}\n`);
    logBook.write(line);
  };
  const log = createLogger({ level: () => level, part: "gateway", write });
  for (const reason of degraded) log.warn("configuration degraded", { reason });
  for (const warning of warnings) log.warn("configuration warning", { warning });

  const gateway = await startGateway({
    home,
    config,
    configHash: hash,
    configFlags: flags,
    onConfig: (next) => {
      level = next.logging.level;
    },
    degraded,
    version,
    log,
    logBook,
    env,
  });
  try {
    await markGood();
    print(`Koi gateway listening on ${gateway.url}`);
    // A wish to stop ends the waiting for whatever is still going on here.
    await Promise.race([onListening?.({ gateway, log, stop }), requested]);
    await requested;
  } finally {
    setTimeout(() => {
      complain(`koi: The gateway did not stop within ${STOP_LIMIT_MS / 1000} seconds.`);
      process.exit(EXIT.fault);
    }, STOP_LIMIT_MS).unref();
    await gateway.close();
  }
  return EXIT.ok;
};

/** Installed before the start, so that an early signal is not lost. The second signal ends the process at once. */
const stopRequest = (): { signal: AbortSignal; requested: Promise<void> } => {
  const controller = new AbortController();
  const { promise, resolve } = Promise.withResolvers<void>();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(EXIT_INTERRUPTED);
    controller.abort();
    resolve();
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, onSignal);
  return { signal: controller.signal, requested: promise };
};
