/** Ends a command with everything it started: politely, then by force, until nothing of it runs. */

import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

import { hasErrno } from "@skykoi/fault";

const FIRST_POLL_MS = 10;
const MAX_POLL_MS = 160;
/** How long the kernel may take to clear away what SIGKILL ended. */
const KILL_LIMIT_MS = 1_000;

/** Sends a signal to a process, or to a group with a negative id. Nobody there is no error. */
export type SendSignal = (ids: readonly number[], signal: "SIGTERM" | "SIGKILL") => Promise<void>;

export interface ProcessTree {
  /** The process that leads its own group and session. */
  readonly leaderPid: number;
  /** `NAME=value` of the environment that everything below the leader inherits, also what has left its group. */
  readonly marker: string;
  readonly send: SendSignal;
}

/** SIGTERM to all of the tree, and SIGKILL when something of it still runs after the grace. */
export const endTree = async (tree: ProcessTree, graceMs: number): Promise<void> => {
  const members = createMembers(tree);
  await tree.send([-tree.leaderPid, ...members.living()], "SIGTERM");
  if (await treeEnds(members, graceMs)) return;
  for (let waitedMs = 0; waitedMs < KILL_LIMIT_MS; waitedMs += MAX_POLL_MS) {
    await tree.send([-tree.leaderPid, ...members.living()], "SIGKILL");
    if (await treeEnds(members, MAX_POLL_MS)) return;
  }
};

export const sendSignal: SendSignal = async (ids, signal) => {
  for (const id of ids) {
    try {
      process.kill(id, signal);
    } catch (thrown) {
      // Gone already, or somebody else's: there is nothing to end from here.
      if (!hasErrno(thrown, "ESRCH", "EPERM")) throw thrown;
    }
  }
};

/** Tells a process from a later one with the same id; undefined when there is none or the system has no /proc. */
export const startOfProcess = (pid: number): string | undefined => readStat(String(pid))?.startedAt;

const treeEnds = async (members: Members, limitMs: number): Promise<boolean> => {
  let pollMs = FIRST_POLL_MS;
  for (let waitedMs = 0; waitedMs < limitMs; waitedMs += pollMs) {
    pollMs = Math.min(pollMs * 2, MAX_POLL_MS, limitMs - waitedMs);
    await delay(pollMs);
    if (members.living().length === 0) return true;
  }
  return false;
};

interface Members {
  /** The dead that nobody has collected yet still have an id, for seconds under some init processes: not counted. */
  living(): number[];
}

interface ProcessStat {
  readonly pid: number;
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly startedAt: string;
}

/** Whoever was once seen to belong to the tree still does when its parent is gone. */
const createMembers = ({ leaderPid, marker }: ProcessTree): Members => {
  const known = new Map<number, string>();
  return {
    living: () => {
      const all = readProcesses();
      if (all === undefined) return groupExists(leaderPid) ? [leaderPid] : [];
      const belongs = new Set(
        all.filter((stat) => isRoot(stat, leaderPid, marker) || known.get(stat.pid) === stat.startedAt).map(toPid),
      );
      for (let before = -1; before !== belongs.size;) {
        before = belongs.size;
        for (const { pid, parent } of all) if (belongs.has(parent)) belongs.add(pid);
      }
      const living = all.filter(({ pid }) => belongs.has(pid));
      for (const { pid, startedAt } of living) known.set(pid, startedAt);
      return living.map(toPid);
    },
  };
};

const toPid = ({ pid }: ProcessStat): number => pid;

const isRoot = ({ pid, group, session }: ProcessStat, leaderPid: number, marker: string): boolean =>
  pid === leaderPid || group === leaderPid || session === leaderPid || hasMarker(pid, marker);

/** The living; undefined where the system has no /proc. */
const readProcesses = (): readonly ProcessStat[] | undefined => {
  try {
    return readdirSync("/proc").flatMap((name) => {
      const stat = /^\d+$/.test(name) ? readStat(name) : undefined;
      return stat && stat.state !== "Z" && stat.state !== "X" ? [stat] : [];
    });
  } catch (thrown) {
    if (hasErrno(thrown, "ENOENT")) return undefined;
    throw thrown;
  }
};

/** `/proc/<pid>/stat` is `pid (name) state parent group session …`; a name may hold anything, parentheses too. */
const readStat = (pid: string): ProcessStat | undefined => {
  const stat = readOfProcess(pid, "stat");
  if (stat === undefined) return undefined;
  const [state = "", parent, group, session, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const startedAt = rest[15] ?? "";
  return { pid: Number(pid), state, parent: Number(parent), group: Number(group), session: Number(session), startedAt };
};

const hasMarker = (pid: number, marker: string): boolean =>
  pid !== process.pid && readOfProcess(String(pid), "environ")?.split("\0").includes(marker) === true;

const readOfProcess = (pid: string, file: "stat" | "environ"): string | undefined => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch (thrown) {
    if (hasErrno(thrown, "ENOENT", "ESRCH", "EACCES", "EPERM")) return undefined;
    throw thrown;
  }
};

const groupExists = (groupId: number): boolean => {
  try {
    process.kill(-groupId, 0);
    return true;
  } catch (thrown) {
    if (hasErrno(thrown, "ESRCH")) return false;
    // Something of the group runs as another user: it is there and cannot be ended from here.
    if (hasErrno(thrown, "EPERM")) return true;
    throw thrown;
  }
};
