/** Starts a gateway from the home's configuration and keeps it running until a signal; shared by the run commands. */

import { resolveHome, loadConfig, type ConfigFlags } from "@skykoi/config";
import { startGateway, type Gateway } from "@skykoi/gateway";
import { createLogger, type Logger } from "@skykoi/log";

import type { CommandContext } from "./command.ts";
import { EXIT } from "./exit-code.ts";
import { version } from "./version.ts";

/** A stop that takes longer is not waited for: what was accepted is on disk. */
const STOP_LIMIT_MS = 8_000;

export interface ServeOptions {
  readonly context: CommandContext;
  readonly flags?: ConfigFlags;
  /** Called once the gateway listens, before anything is waited for. */
  readonly onListening?: (gateway: Gateway, log: Logger) => Promise<void>;
}

/** Resolves to the exit code after the gateway has stopped. */
export const serve = async ({ context, flags, onListening }: ServeOptions): Promise<number> => {
  const { env, print } = context;
  const stop = stopSignal();
  const home = resolveHome(env);
  const { config, degraded, warnings, markGood } = await loadConfig({ home, env, ...(flags ? { flags } : {}) });
  const log = createLogger({ level: config.logging.level, part: "gateway" });
  for (const reason of degraded) log.warn("configuration degraded", { reason });
  for (const warning of warnings) log.warn("configuration warning", { warning });

  const gateway = await startGateway({ home, config, degraded, version, log, env });
  try {
    await markGood();
    print(`Koi gateway listening on ${gateway.url}`);
    await onListening?.(gateway, log);
    await stop;
  } finally {
    setTimeout(() => process.exit(EXIT.fault), STOP_LIMIT_MS).unref();
    await gateway.close();
  }
  return EXIT.ok;
};

/** Installed before the start, so that an early signal is not lost. */
const stopSignal = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve());
  });
