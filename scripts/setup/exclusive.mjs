/** One set-up at a time in a checkout: a second start waits for the first instead of corrupting its work. */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { inRoot } from "./paths.mjs";
import { SetupError } from "./progress.mjs";

const WAIT_LIMIT_MS = 10 * 60_000;
const POLL_MS = 250;

/**
 * @template T
 * @param {() => Promise<T>} work
 * @param {string} [directory]
 * @returns {Promise<T>}
 */
export const exclusively = async (work, directory = inRoot(".setup-lock")) => {
  await acquire(directory);
  const release = () => rmSync(directory, { recursive: true, force: true });
  process.once("exit", release);
  try {
    return await work();
  } finally {
    process.removeListener("exit", release);
    release();
  }
};

/** @param {string} directory */
const acquire = async (directory) => {
  const deadline = Date.now() + WAIT_LIMIT_MS;
  let announced = false;
  for (;;) {
    try {
      mkdirSync(directory);
      writeFileSync(join(directory, "pid"), String(process.pid));
      return;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
    if (ownerIsGone(directory)) {
      rmSync(directory, { recursive: true, force: true });
      continue;
    }
    if (!announced) process.stderr.write("› Waiting for another set-up of this checkout to finish …\n");
    announced = true;
    if (Date.now() > deadline) throw new SetupError(`Another set-up holds ${directory}; remove it if none is running.`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
};

/** @param {string} directory */
const ownerIsGone = (directory) => {
  let pid;
  try {
    pid = Number(readFileSync(join(directory, "pid"), "utf8"));
  } catch {
    // Taken, but its owner has not written its number yet.
    return false;
  }
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
};
