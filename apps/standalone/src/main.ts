/** `npm start`: runs SkyKoi on this machine; one clear line for each way in which that can fail. */

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { toFault } from "@skykoi/fault";
import { createLogger } from "@skykoi/log";

import { readConfig } from "./config.ts";
import { startStandalone, type Standalone } from "./standalone.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const STOP_LIMIT_MS = 15_000;
/** What a shell reports for a program that was interrupted. */
const STOPPED_WHILE_STARTING = 130;

const version = (): string => {
  const manifest: { version: string } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  return manifest.version;
};

const fail = (thrown: unknown): never => {
  const failure = toFault(thrown);
  process.stderr.write(`✗ ${failure.message}\n`);
  if (failure.code === "INTERNAL") process.stderr.write(`${failure.detail ?? ""}\n`);
  process.exit(1);
};

/** Resolves when somebody asks the process to end: a signal, or the end of the script that started it. */
const stopRequested = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve());
    process.once("disconnect", () => resolve());
  });

const describe = (standalone: Standalone): string =>
  [
    "",
    `  SkyKoi is running at ${standalone.url}`,
    "",
    `  Model   ${standalone.model.ref}${standalone.model.demo ? "  (no model credentials found: a small offline demo answers)" : ""}`,
    `  Data    ${standalone.dataDir}`,
    "  Ctrl-C stops it. Your agents and their conversations are there again at the next start.",
    "",
  ].join("\n");

const main = async (): Promise<void> => {
  const stop = stopRequested();
  const config = readConfig(process.env, ROOT);
  const log = createLogger({ level: config.logLevel, part: "platform" });
  process.on("unhandledRejection", (error) => log.error("A promise was rejected and nobody listened.", { error }));

  const starting = startStandalone({ config, root: ROOT, version: version(), env: process.env, log });
  const wasStopped = await Promise.race([starting.then(() => false), stop.then(() => true)]);
  if (!wasStopped) process.stdout.write(`${describe(await starting)}\n`);

  await stop;
  process.stdout.write("  Stopping …\n");
  setTimeout(() => fail(new Error(`not stopped within ${STOP_LIMIT_MS / 1000} s`)), STOP_LIMIT_MS).unref();
  // Also after a stop in the middle of the start: gateways that an earlier SkyKoi left running have been adopted by then.
  const standalone = await starting;
  await standalone.close();
  process.exit(wasStopped ? STOPPED_WHILE_STARTING : 0);
};

await main().catch(fail);
