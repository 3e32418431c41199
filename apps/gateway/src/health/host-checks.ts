/** Looks at the machine under the gateway: each check answers one sentence when something is wrong. */

import { open, rm, statfs } from "node:fs/promises";
import { totalmem } from "node:os";
import { join } from "node:path";

import { hasErrno } from "@skykoi/fault";

/** Room on the disk below which writes may soon fail. */
const MIN_FREE_BYTES = 200 * 1024 * 1024;
/** Share of the memory limit above which the system may end the process. */
const MAX_MEMORY_SHARE = 0.9;
/** Above this an answer is noticeably late. */
const MAX_LAG_MS = 500;
/** Above this share of working time there is no room for bursts. */
const MAX_LOAD = 0.9;
/** Clocks are corrected by seconds; more is a jump. */
const MAX_CLOCK_STEP_MS = 60_000;

export const diskReason = async (home: string): Promise<string | undefined> => {
  try {
    const { bavail, bsize } = await statfs(home);
    const freeBytes = bavail * bsize;
    if (freeBytes >= MIN_FREE_BYTES) return undefined;
    return `The disk of ${home} has only ${megabytes(freeBytes)} left; below that, messages are soon not accepted.`;
  } catch (thrown) {
    return `The directory ${home} cannot be looked at (${hasErrno(thrown, "ENOENT") ? "it is gone" : "no access"}).`;
  }
};

/** Whether a small file reaches the disk. */
export const isWritable = async (home: string): Promise<boolean> => {
  const path = join(home, ".write-check");
  try {
    const file = await open(path, "w");
    try {
      await file.writeFile("ok");
      await file.datasync();
    } finally {
      await file.close();
    }
    await rm(path, { force: true });
    return true;
  } catch {
    // How it failed was said when a message was refused; here only the answer counts.
    return false;
  }
};

export const memoryReason = (rssBytes: number, limitBytes = memoryLimitBytes()): string | undefined =>
  rssBytes <= limitBytes * MAX_MEMORY_SHARE
    ? undefined
    : `The gateway uses ${megabytes(rssBytes)} of the ${megabytes(limitBytes)} of memory it may use.`;

/** Of the container or service when it has one, else of the machine. */
const memoryLimitBytes = (): number => {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
};

/** `load` is the share of the time since the last look that was spent working. */
export const eventLoopReason = ({ p99Ms, load }: { readonly p99Ms: number; readonly load: number }) => {
  if (load >= MAX_LOAD) return "The gateway is overloaded: its event loop has hardly any free time.";
  if (p99Ms < MAX_LAG_MS) return undefined;
  return `The gateway answers late: its event loop was held up for ${Math.round(p99Ms)} ms.`;
};

/** `wallMs` and `steadyMs` are what both clocks say went by since the last look. */
export const clockReason = (wallMs: number, steadyMs: number): string | undefined => {
  const stepMs = wallMs - steadyMs;
  if (Math.abs(stepMs) < MAX_CLOCK_STEP_MS) return undefined;
  const direction = stepMs > 0 ? "forward" : "back";
  return `The clock of this machine jumped ${direction} by ${Math.round(Math.abs(stepMs) / 1000)} s.`;
};

const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MB`;
