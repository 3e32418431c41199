/** One set-up at a time in a checkout: a second start waits for the first instead of corrupting its work. */

import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { inRoot } from "./paths.mjs";
import { SetupError } from "./progress.mjs";

const WAIT_LIMIT_MS = 10 * 60_000;
const POLL_MS = 250;
const SIGN_OF_LIFE_MS = 2_000;
/** A process id alone proves nothing: after a power cut, or in a new container, a stranger may have it. */
const SILENCE_LIMIT_MS = 20_000;

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
  const signs = setInterval(() => giveSignOfLife(directory), SIGN_OF_LIFE_MS);
  try {
    return await work();
  } finally {
    clearInterval(signs);
    process.removeListener("exit", release);
    release();
  }
};

/** @param {string} directory */
const giveSignOfLife = (directory) => {
  try {
    utimesSync(directory, new Date(), new Date());
  } catch {
    // Somebody removed it by hand, as its message allows; the work goes on.
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

/**
 * Also true of one that was killed before it had written its number, once it has been silent for long enough.
 * @param {string} directory
 */
const ownerIsGone = (directory) => {
  const stat = statSync(directory, { throwIfNoEntry: false });
  if (!stat) return false;
  return Date.now() - stat.mtimeMs > SILENCE_LIMIT_MS || processHasEnded(join(directory, "pid"));
};

/** @param {string} pidFile */
const processHasEnded = (pidFile) => {
  let pid;
  try {
    pid = Number(readFileSync(pidFile, "utf8"));
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
