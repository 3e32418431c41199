/**
 * Ends what an agent's commands left running. A command has a process group of its own, so it outlives its gateway when
 * that is killed, and on purpose when it went into the background; a machine that is stopped runs nothing any more.
 */

import { readdirSync, readFileSync } from "node:fs";

import { fault } from "@skykoi/fault";

export interface LeftBehindOptions {
  /** From SIGTERM to SIGKILL. */
  readonly graceMs?: number | undefined;
}

const KILL_LIMIT_MS = 2_000;
const POLL_MS = 25;

/**
 * Resolves when no process is left whose home is this workspace, which is what the agent's commands are given and
 * nothing else has. One that hides by changing its environment is not found, nor is any where there is no `/proc`.
 * Throws TIMEOUT.
 */
export const endLeftBehind = async (workspace: string, { graceMs = 1_000 }: LeftBehindOptions = {}): Promise<void> => {
  if (await ended(workspace, "SIGTERM", graceMs)) return;
  // Again and again: what is being ended may start others.
  if (await ended(workspace, "SIGKILL", KILL_LIMIT_MS)) return;
  throw fault("TIMEOUT", {
    message: "Something that the agent started does not end.",
    detail: `processes ${processesOf(workspace).join(", ")}`,
  });
};

const ended = async (workspace: string, signal: NodeJS.Signals, limitMs: number): Promise<boolean> => {
  const told = new Set<number>();
  const deadline = performance.now() + limitMs;
  for (;;) {
    const pids = processesOf(workspace);
    if (pids.length === 0) return true;
    if (performance.now() >= deadline) return false;
    for (const pid of pids.filter((candidate) => !told.has(candidate))) send(pid, signal);
    for (const pid of pids) told.add(pid);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
};

const processesOf = (workspace: string): number[] =>
  list()
    .filter((name) => /^\d+$/.test(name) && environmentOf(name).includes(`HOME=${workspace}`))
    .map(Number);

const list = (): string[] => {
  try {
    return readdirSync("/proc");
  } catch {
    // A system without it.
    return [];
  }
};

/** Empty for a process that has ended, and for one of another user, which is none of ours. */
const environmentOf = (pid: string): string[] => {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  } catch {
    return [];
  }
};

const send = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself; the next look tells.
  }
};
