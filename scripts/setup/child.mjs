/** Child processes of the scripts: run to the end with captured output, or handed the terminal. */

import { spawn } from "node:child_process";

import { ROOT } from "./paths.mjs";
import { SetupError } from "./progress.mjs";

const LAST_LINES = 30;

/**
 * With the exit code a shell reports for a program that they ended.
 * @type {readonly (readonly [signal: NodeJS.Signals, exitCode: number])[]}
 */
const SIGNALS = [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
];
const KILL_AFTER_MS = 5_000;

/**
 * A signal for this process ends the child first: one that was left behind would go on writing what the next start reads.
 * @param {import("node:child_process").ChildProcess} child
 */
const endTogether = (child) => {
  for (const [signal, exitCode] of SIGNALS) {
    const end = () => {
      child.once("close", () => process.exit(exitCode));
      child.kill(signal);
      setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS).unref();
    };
    process.once(signal, end);
    child.once("close", () => process.removeListener(signal, end));
  }
};

/**
 * Runs a command quietly; its last output is shown when it fails.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, failure: string }} options
 * @returns {Promise<void>}
 */
export const runQuietly = (command, args, { cwd = ROOT, env = process.env, failure }) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    /** @type {string[]} */
    let output = [];
    const keep = (/** @type {Buffer} */ chunk) => {
      output = [...output, ...chunk.toString().split("\n").filter(Boolean)].slice(-LAST_LINES);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    endTogether(child);
    child.once("error", (error) => reject(new SetupError(`${failure}: ${error.message}`)));
    child.once("close", (code) => {
      if (code === 0) return resolve();
      process.stderr.write(`${output.map((line) => `  ${line}`).join("\n")}\n`);
      reject(new SetupError(`${failure} (exit code ${code ?? "none"}).`));
    });
  });

/**
 * Hands the terminal to a command and resolves to its exit code. Signals reach it, and it notices over IPC when this
 * process is gone, however that happens.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, ipc?: boolean }} [options]
 * @returns {Promise<number>}
 */
export const handOver = (command, args, { cwd = ROOT, env = process.env, ipc = false } = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ipc ? ["inherit", "inherit", "inherit", "ipc"] : "inherit",
    });
    for (const [signal] of SIGNALS) process.on(signal, () => child.kill(signal));
    child.once("error", (error) => reject(new SetupError(`${command} could not be started: ${error.message}`)));
    child.once("close", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 143)));
  });
