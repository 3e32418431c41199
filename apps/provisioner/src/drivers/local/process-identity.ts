/** Tells whether a process id still means the process it meant: ids are reused, start times are not. */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const PS_LIMIT_MS = 2_000;

/** A text that is unique to the process, also over reboots; undefined when it has ended (a zombie has). */
export const identityOf = (pid: number): string | undefined =>
  process.platform === "linux" ? fromProc(pid) : fromPs(pid);

export const isAlive = (pid: number, identity: string): boolean => identityOf(pid) === identity;

const fromProc = (pid: number): string | undefined => {
  const stat = readOrUndefined(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The second field is the command in parentheses, and may hold spaces and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state] = fields;
  const startTicks = fields[19];
  if (state === "Z" || state === "X" || startTicks === undefined) return undefined;
  return `${bootId()}:${startTicks}`;
};

let cachedBootId: string | undefined;
const bootId = (): string =>
  (cachedBootId ??= readOrUndefined("/proc/sys/kernel/random/boot_id")?.trim() ?? "unknown-boot");

const readOrUndefined = (path: string): string | undefined => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // The file of a process that has ended is gone; that is the answer.
    return undefined;
  }
};

const fromPs = (pid: number): string | undefined => {
  try {
    const output = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], {
      encoding: "utf8",
      timeout: PS_LIMIT_MS,
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
    const [state, ...started] = output.split(/\s+/);
    return output === "" || state?.startsWith("Z") ? undefined : started.join(" ");
  } catch {
    // `ps` ends with 1 when there is no such process.
    return undefined;
  }
};
