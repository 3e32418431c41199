/** Runs a command in a shell of its own process group, so that all it started can be ended with it. */

import { ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { setTimeout as delay } from "node:timers/promises";

import { endGroup } from "./process-group.ts";

interface ShellCommand {
  readonly command: string;
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Standard output and standard error, as they come. */
  readonly onOutput: (text: string) => void;
}

export type ShellExit =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "killed"; readonly signal: string }
  | { readonly kind: "timed-out" }
  | { readonly kind: "aborted" }
  | { readonly kind: "not-started"; readonly reason: string };

export interface Shell {
  run(command: ShellCommand): Promise<ShellExit>;
}

export interface ShellOptions {
  /** Between SIGTERM and SIGKILL. */
  readonly killGraceMs?: number;
  /** How long output is awaited after the shell has gone and something it left behind holds its pipes. */
  readonly drainMs?: number;
}

/**
 * When the time is over or the signal fires, the whole group gets SIGTERM, and SIGKILL when something of it is still
 * there after the grace. A process that the command leaves in the background on purpose is left running.
 */
export const createShell = ({ killGraceMs = 2_000, drainMs = 200 }: ShellOptions = {}): Shell => ({
  run: async ({ command, directory, environment, timeoutMs, signal, onOutput }) => {
    if (signal.aborted) return { kind: "aborted" };
    const child = start(command, directory, environment);
    if (!(child instanceof ChildProcess)) return child;
    const ended = endOf(child);
    readOutput(child, onOutput);

    const cause = await firstOf(ended, timeoutMs, signal);
    if (cause !== "ended") {
      if (child.pid !== undefined) await endGroup(child.pid, killGraceMs);
      release(child);
      return { kind: cause };
    }
    const exit = await ended;
    if (exit.kind !== "not-started") await drained(child, drainMs);
    release(child);
    return exit;
  },
});

/** Most failures to start are told by an event, some (a command that is too long) by a throw. */
const start = (command: string, cwd: string, env: ShellCommand["environment"]): ChildProcess | ShellExit => {
  try {
    return spawn(shellPath(), ["-c", command], { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  } catch (thrown) {
    return { kind: "not-started", reason: thrown instanceof Error ? thrown.message : String(thrown) };
  }
};

const shellPath = (): string => (existsSync("/bin/bash") ? "/bin/bash" : "/bin/sh");

const endOf = (child: ChildProcess): Promise<ShellExit> =>
  new Promise((resolve) => {
    child.once("error", (error) => resolve({ kind: "not-started", reason: error.message }));
    child.once("exit", (code, killedBy) =>
      resolve(code === null ? { kind: "killed", signal: killedBy ?? "a signal" } : { kind: "exited", code }),
    );
  });

const readOutput = (child: ChildProcess, onOutput: (text: string) => void): void => {
  for (const stream of [child.stdout, child.stderr]) {
    const decoder = new StringDecoder("utf8");
    stream?.on("data", (chunk: Buffer) => onOutput(decoder.write(chunk)));
    stream?.once("end", () => onOutput(decoder.end()));
  }
};

const firstOf = async (
  ended: Promise<unknown>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<"ended" | "timed-out" | "aborted"> => {
  const other = Promise.withResolvers<"timed-out" | "aborted">();
  const onAbort = (): void => other.resolve("aborted");
  const timer = setTimeout(() => other.resolve("timed-out"), timeoutMs);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([ended.then(() => "ended" as const), other.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
};

const drained = async (child: ChildProcess, limitMs: number): Promise<void> => {
  const pipes = [child.stdout, child.stderr].filter((pipe) => pipe !== null && !pipe.readableEnded);
  const ends = pipes.map((pipe) => new Promise<void>((resolve) => pipe?.once("close", resolve)));
  const limit = new AbortController();
  await Promise.race([Promise.all(ends), delay(limitMs, undefined, { signal: limit.signal }).catch(() => undefined)]);
  limit.abort();
};

/** Lets go of the pipes, which a background process may hold open for ever. */
const release = (child: ChildProcess): void => {
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
};
