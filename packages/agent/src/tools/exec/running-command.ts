/** Starts a command in a shell that leads its own process group, and lets its starter write to it and end it. */

import { ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

import type { CommandUser } from "./command-user.ts";
import { endTree } from "./process-tree.ts";
import { inTerminal } from "./terminal.ts";

/** `none`: end of file at once; `pipe`: what is written to it; `terminal`: a pseudo-terminal for all three streams. */
export type CommandInput = "none" | "pipe" | "terminal";

export interface ShellCommand {
  readonly command: string;
  /** Absolute. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly input: CommandInput;
}

export type CommandExit =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "killed"; readonly signal: string }
  | { readonly kind: "not-started"; readonly reason: string };

export interface RunningCommand {
  /** Of the leader of the group; undefined when nothing was started. */
  readonly pid: number | undefined;
  /** Resolves when the shell has gone and its output is read; never rejects. */
  readonly ended: Promise<CommandExit>;
  /** False when it takes no input (any more). */
  readonly write: (text: string) => Promise<boolean>;
  readonly closeInput: () => void;
  /** SIGTERM to everything the command started, SIGKILL to what is left after the grace. */
  end(): Promise<void>;
}

export interface StartOptions {
  readonly id: string;
  readonly user: CommandUser;
  /** Standard output and standard error, as they come. A promise holds back the stream until it is settled. */
  readonly onOutput: (chunk: Uint8Array) => Promise<void> | undefined;
  /** Between SIGTERM and SIGKILL. */
  readonly killGraceMs: number;
}

/** How long output is awaited after the shell has gone and something it left behind holds its pipes. */
const DRAIN_MS = 200;

export const markerOf = (id: string): string => `KOI_PROCESS=${id}`;

/** A process that the command leaves in the background on purpose is left running until `end`. */
export const startCommand = async (shellCommand: ShellCommand, options: StartOptions): Promise<RunningCommand> => {
  const child = await start(shellCommand, options);
  if (!(child instanceof ChildProcess)) return nothing(child);
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      const busy = options.onOutput(chunk);
      if (!busy) return;
      stream.pause();
      void busy.finally(() => stream.resume());
    });
  }
  // What is written to a program that does not read any more is lost, as in a terminal.
  child.stdin?.on("error", () => undefined);
  const { pid } = child;

  return {
    pid,
    ended: endOf(child),
    write: async (text) => {
      const { stdin } = child;
      if (stdin === null || !stdin.writable) return false;
      return new Promise((resolve) => stdin.write(text, (error) => resolve(!error)));
    },
    closeInput: () => child.stdin?.end(),
    end: async () => {
      if (pid === undefined) return;
      await endTree({ leaderPid: pid, marker: markerOf(options.id), send: options.user.send }, options.killGraceMs);
      release(child);
    },
  };
};

const nothing = (exit: CommandExit): RunningCommand => ({
  pid: undefined,
  ended: Promise.resolve(exit),
  write: async () => false,
  closeInput: () => undefined,
  end: async () => undefined,
});

/** Most failures to start are told by an event, some (a command that is too long) by a throw. */
const start = async (
  { command, directory, environment, input }: ShellCommand,
  { id, user }: StartOptions,
): Promise<ChildProcess | CommandExit> => {
  try {
    const shell = { ok: true as const, file: SHELL, args: ["-c", command] };
    const terminal = input === "terminal" ? await inTerminal(SHELL, shell.args, environment["PATH"] ?? "") : shell;
    if (!terminal.ok) return { kind: "not-started", reason: terminal.reason };
    const [name = "", value = ""] = markerOf(id).split("=");
    const kind = input === "terminal" && environment["TERM"] === "dumb" ? { TERM: "xterm-256color" } : {};
    const launch = await user.launch(terminal.file, terminal.args, { ...environment, ...kind, [name]: value });
    return spawn(launch.file, [...launch.args], {
      cwd: directory,
      env: { ...launch.environment },
      detached: true,
      stdio: [input === "none" ? "ignore" : "pipe", "pipe", "pipe"],
      ...(launch.uid !== undefined && { uid: launch.uid }),
      ...(launch.gid !== undefined && { gid: launch.gid }),
    });
  } catch (thrown) {
    return { kind: "not-started", reason: thrown instanceof Error ? thrown.message : String(thrown) };
  }
};

const SHELL = existsSync("/bin/bash") ? "/bin/bash" : "/bin/sh";

const endOf = async (child: ChildProcess): Promise<CommandExit> => {
  const exit = await new Promise<CommandExit>((resolve) => {
    child.once("error", (error) => resolve({ kind: "not-started", reason: error.message }));
    child.once("exit", (code, killedBy) =>
      resolve(code === null ? { kind: "killed", signal: killedBy ?? "a signal" } : { kind: "exited", code }),
    );
  });
  if (exit.kind !== "not-started") await drained(child);
  release(child);
  return exit;
};

const drained = async (child: ChildProcess): Promise<void> => {
  const pipes = [child.stdout, child.stderr].filter((pipe) => pipe !== null && !pipe.readableEnded);
  const ends = pipes.map((pipe) => new Promise<void>((resolve) => pipe?.once("close", resolve)));
  const limit = new AbortController();
  const late = delay(DRAIN_MS, undefined, { signal: limit.signal }).catch(() => undefined);
  await Promise.race([Promise.all(ends), late]);
  limit.abort();
};

/** Lets go of the pipes, which a background process may hold open for ever. */
const release = (child: ChildProcess): void => {
  child.stdin?.destroy();
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
};
