/** The processes of one agent: those that run, and for a while those that ran, also across a restart of the gateway. */

import { randomBytes } from "node:crypto";

import { ownUser, type CommandUser } from "../exec/command-user.ts";
import { endTree, startOfProcess } from "../exec/process-tree.ts";
import { markerOf } from "../exec/running-command.ts";
import { startManagedProcess, type ManagedProcess, type ProcessSpec } from "./managed-process.ts";
import { createProcessFiles } from "./process-files.ts";
import type { ProcessInfo } from "./process-info.ts";

export interface ProcessRegistryOptions {
  /** Records and logs; created when the first process is kept. */
  readonly directory: string;
  readonly user?: CommandUser;
  readonly now?: () => number;
  /** Between SIGTERM and SIGKILL. */
  readonly killGraceMs?: number;
  readonly maxRunning?: number;
  /** Ended processes that are still listed. */
  readonly maxEnded?: number;
  /** Bytes of one log file; beyond it only the end of the output is kept. */
  readonly maxLogBytes?: number;
}

export interface ProcessRegistry {
  /** Always answers a process; one that cannot be started has ended with the reason. */
  start(spec: ProcessSpec, onOutput?: () => void): Promise<ManagedProcess>;
  /** Lists the process from now on and tells its end; before, it belongs to the tool call that started it. */
  keep(process: ManagedProcess): Promise<void>;
  /** A process that ended within its tool call and has nothing more to show. */
  forget(process: ManagedProcess): void;
  /** Kept processes, oldest first. */
  list(): Promise<readonly ProcessInfo[]>;
  /** Of a running process, or one that ended since the gateway started. */
  get(id: string): ManagedProcess | undefined;
  /** The whole log as far as it is kept. */
  readLog(id: string): AsyncIterable<Uint8Array>;
  readLogEnd(id: string, maxBytes: number): Promise<Uint8Array>;
  /** Forgets an ended process and deletes its files; false when it runs or is unknown. */
  remove(id: string): Promise<boolean>;
  /** Called once for each kept process when it has ended. Answers how to stop listening. */
  onExit(listener: (info: ProcessInfo) => void): () => void;
  /** Ends everything that runs; nothing can be started any more. */
  close(): Promise<void>;
}

export const createProcessRegistry = (options: ProcessRegistryOptions): ProcessRegistry => {
  const { directory, user = ownUser, now = Date.now, killGraceMs = 2_000 } = options;
  const { maxRunning = 32, maxEnded = 64, maxLogBytes = 16 * 1024 * 1024 } = options;
  const files = createProcessFiles(directory);
  const live = new Map<string, ManagedProcess>();
  /** Kept ones, those of earlier gateways too; oldest first. */
  const kept = new Map<string, () => ProcessInfo>();
  const listeners = new Set<(info: ProcessInfo) => void>();
  /** Ends that are being written down. */
  const endings = new Set<Promise<void>>();
  let opened: Promise<void> | undefined;
  let closed = false;

  const open = (): Promise<void> => (opened ??= restore());

  async function restore(): Promise<void> {
    for (const info of await files.load()) {
      const settled = info.end ? info : await lose(info);
      kept.set(info.id, () => settled);
    }
    await trim();
  }

  /** Its pipes ended with the gateway that read them, so it cannot be taken up again. */
  async function lose(info: ProcessInfo): Promise<ProcessInfo> {
    if (info.pid !== undefined && info.pidStartedAt && startOfProcess(info.pid) === info.pidStartedAt) {
      await endTree({ leaderPid: info.pid, marker: markerOf(info.id), send: user.send }, killGraceMs);
    }
    const lost = { ...info, end: { kind: "lost" as const }, endedAt: now() };
    await files.save(lost);
    return lost;
  }

  async function trim(): Promise<void> {
    const ended = [...kept].filter(([, info]) => info().end).map(([id]) => id);
    for (const id of ended.slice(0, Math.max(0, ended.length - maxEnded))) await discard(id);
  }

  async function discard(id: string): Promise<void> {
    kept.delete(id);
    live.delete(id);
    await files.remove(id);
  }

  const refused = (): string | undefined => {
    if (closed) return "the gateway is stopping";
    const running = [...live.values()].filter((process) => !process.info().end).length;
    return running < maxRunning ? undefined : `${running} processes run already; end one of them first`;
  };

  const onEnd = async (process: ManagedProcess): Promise<void> => {
    await process.ended;
    const info = process.info();
    if (kept.has(info.id)) await files.save(info);
    for (const listener of listeners) listener(info);
    await trim();
  };

  return {
    start: async (spec, onOutput = () => undefined) => {
      await open();
      const id = randomBytes(5).toString("hex");
      const logPath = files.logPath(id);
      const reason = refused();
      const process = await startManagedProcess(spec, {
        id,
        user: reason === undefined ? user : refusing(reason),
        killGraceMs,
        logPath,
        maxLogBytes,
        now,
        onOutput,
      });
      live.set(id, process);
      // The gateway may have been stopped while the process was being started.
      if (closed) await process.stop("aborted");
      return process;
    },
    keep: async (process) => {
      if (kept.has(process.id)) return;
      kept.set(process.id, process.info);
      await process.output.keep();
      await files.save(process.info());
      const ending = onEnd(process);
      endings.add(ending);
      void ending.finally(() => endings.delete(ending));
    },
    forget: (process) => {
      if (!kept.has(process.id)) live.delete(process.id);
      if (process.output.isCut()) void files.remove(process.id);
    },
    list: async () => {
      await open();
      return [...kept.values()].map((info) => info());
    },
    get: (id) => (kept.has(id) ? live.get(id) : undefined),
    readLog: async function* readLog(id) {
      await live.get(id)?.output.flushed();
      yield* files.readLog(id);
    },
    readLogEnd: async (id, maxBytes) => {
      await live.get(id)?.output.flushed();
      return files.readEnd(id, maxBytes);
    },
    remove: async (id) => {
      await open();
      if (!kept.get(id)?.().end) return false;
      await discard(id);
      return true;
    },
    onExit: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: async () => {
      closed = true;
      const running = [...live.values()].filter((process) => !process.info().end);
      await Promise.all(running.map((process) => process.stop("aborted").then(() => process.ended)));
      await Promise.allSettled(endings);
    },
  };
};

/** A user as whom nothing starts. */
const refusing = (reason: string): CommandUser => ({
  launch: async () => {
    throw new Error(reason);
  },
  send: async () => undefined,
});
