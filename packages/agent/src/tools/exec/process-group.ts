/** Ends a process group: politely, then by force, until nothing of it runs. */

import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

import { hasErrno } from "@skykoi/fault";

const FIRST_POLL_MS = 10;
const MAX_POLL_MS = 160;
/** How long the kernel may take to clear away what SIGKILL ended. */
const KILL_LIMIT_MS = 1_000;

/** SIGTERM to all of the group, and SIGKILL when something of it still runs after the grace. */
export const endGroup = async (groupId: number, graceMs: number): Promise<void> => {
  signalGroup(groupId, "SIGTERM");
  if (await groupEnds(groupId, graceMs)) return;
  signalGroup(groupId, "SIGKILL");
  await groupEnds(groupId, KILL_LIMIT_MS);
};

const groupEnds = async (groupId: number, limitMs: number): Promise<boolean> => {
  let pollMs = FIRST_POLL_MS;
  for (let waitedMs = 0; waitedMs < limitMs; waitedMs += pollMs) {
    pollMs = Math.min(pollMs * 2, MAX_POLL_MS, limitMs - waitedMs);
    await delay(pollMs);
    if (!groupRuns(groupId)) return true;
  }
  return false;
};

/** The dead that nobody has collected yet still belong to a group, for seconds under some init processes: not counted. */
const groupRuns = (groupId: number): boolean => signalGroup(groupId, 0) && livingMembers(groupId) !== 0;

/** False when there is no such group. */
const signalGroup = (groupId: number, signal: NodeJS.Signals | 0): boolean => {
  try {
    process.kill(-groupId, signal);
    return true;
  } catch (thrown) {
    if (hasErrno(thrown, "ESRCH")) return false;
    // Something of the group runs as another user: it is there and cannot be ended from here.
    if (hasErrno(thrown, "EPERM")) return true;
    throw thrown;
  }
};

/** undefined where the system has no /proc. */
const livingMembers = (groupId: number): number | undefined => {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name) && isLivingMember(name, groupId)).length;
  } catch (thrown) {
    if (hasErrno(thrown, "ENOENT")) return undefined;
    throw thrown;
  }
};

/** `/proc/<pid>/stat` is `pid (name) state parent group …`; a name may hold anything, parentheses too. */
const isLivingMember = (pid: string, groupId: number): boolean => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const [state, , group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(group) === groupId && state !== "Z" && state !== "X";
  } catch (thrown) {
    if (hasErrno(thrown, "ENOENT", "ESRCH", "EACCES", "EPERM")) return false;
    throw thrown;
  }
};
