/** The processes of this machine's instances: made here or adopted from an earlier platform, watched, and ended. */

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";

import { fault } from "@skykoi/fault";

import type { ProcessEnd } from "./exit-report.ts";
import { identityOf, isAlive } from "./process-identity.ts";

/** Adopted processes are no children: nobody tells when they end, so somebody looks. */
const ADOPTED_POLL_MS = 500;
const KILL_LIMIT_MS = 5_000;
const END_POLL_MS = 25;

export interface LiveProcess {
  readonly instanceId: string;
  readonly pid: number;
  readonly identity: string;
}

interface SpawnRequest {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Receives both outputs; the caller closes its own copy. */
  readonly logFile: number;
}

export interface Processes {
  /** Synchronous up to the process id, so that the caller can save it before anything else happens. */
  spawn(instanceId: string, request: SpawnRequest): Promise<LiveProcess> | LiveProcess;
  /** False when that process has ended meanwhile. */
  adopt(process: LiveProcess): boolean;
  get(instanceId: string): LiveProcess | undefined;
  /** SIGTERM, after the grace SIGKILL; resolves when it has ended. Its end is not reported. Throws TIMEOUT. */
  end(instanceId: string): Promise<void>;
  /** Stops watching; ends nothing. */
  close(): void;
}

export interface ProcessesOptions {
  /** Called for every end that was not asked for here. */
  readonly onEnd: (instanceId: string, end: ProcessEnd) => void;
  /** From SIGTERM to SIGKILL. */
  readonly stopGraceMs?: number | undefined;
}

export const createProcesses = ({ onEnd, stopGraceMs = 5_000 }: ProcessesOptions): Processes => {
  const live = new Map<string, LiveProcess & { readonly child: ChildProcess | undefined }>();
  let timer: NodeJS.Timeout | undefined;

  const forget = (entry: LiveProcess, end: ProcessEnd): void => {
    if (live.get(entry.instanceId)?.pid !== entry.pid) return;
    live.delete(entry.instanceId);
    onEnd(entry.instanceId, end);
  };

  const lookAtAdopted = (): void => {
    const adopted = [...live.values()].filter(({ child }) => !child);
    for (const entry of adopted) {
      if (!isAlive(entry.pid, entry.identity)) forget(entry, { exitCode: null, signal: null });
    }
    if (adopted.length === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };

  return {
    spawn: (instanceId, { program, args, cwd, env, logFile }) => {
      const child = spawn(program, args, { cwd, env, stdio: ["ignore", logFile, logFile] });
      const { pid } = child;
      if (pid === undefined) return spawnFailure(child);
      // A process this young has not ended unnoticed: as a child it stays in the table until its exit is read.
      const identity = identityOf(pid) ?? "ended at once";
      const entry = { instanceId, pid, identity, child };
      live.set(instanceId, entry);
      child.once("exit", (exitCode, signal) => forget(entry, { exitCode, signal }));
      return entry;
    },
    adopt: (entry) => {
      if (!isAlive(entry.pid, entry.identity)) return false;
      live.set(entry.instanceId, { ...entry, child: undefined });
      timer ??= setInterval(lookAtAdopted, ADOPTED_POLL_MS).unref();
      return true;
    },
    get: (instanceId) => live.get(instanceId),
    end: async (instanceId) => {
      const entry = live.get(instanceId);
      if (!entry) return;
      live.delete(instanceId);
      send(entry, "SIGTERM");
      if (await hasEnded(entry, stopGraceMs)) return;
      send(entry, "SIGKILL");
      if (await hasEnded(entry, KILL_LIMIT_MS)) return;
      live.set(instanceId, entry);
      throw fault("TIMEOUT", { message: "The gateway's process does not end.", detail: `pid ${entry.pid}` });
    },
    close: () => clearInterval(timer),
  };
};

const spawnFailure = async (child: ChildProcess): Promise<never> => {
  const [cause]: unknown[] = await once(child, "error");
  throw fault("LAUNCH_FAILED", { message: "The gateway's process could not be made.", cause });
};

const send = ({ pid, identity }: LiveProcess, signal: NodeJS.Signals): void => {
  // The id may have ended and been given to a stranger: never signal what is not proven to be ours.
  if (isAlive(pid, identity)) process.kill(pid, signal);
};

const hasEnded = async ({ pid, identity }: LiveProcess, limitMs: number): Promise<boolean> => {
  const deadline = performance.now() + limitMs;
  while (isAlive(pid, identity)) {
    if (performance.now() >= deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, END_POLL_MS));
  }
  return true;
};
