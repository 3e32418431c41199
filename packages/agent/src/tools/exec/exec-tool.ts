/** `exec`: a shell command in the workspace, with a time limit, a bounded output and no secrets around it. */

import { Type } from "typebox";

import type { Tool, ToolContext, ToolResult } from "../../port.ts";
import { defineTool, failed, succeeded } from "../define-tool.ts";
import { withPath } from "../files/file-access.ts";
import type { FileOperations } from "../files/file-operations.ts";
import type { PathGuard } from "../files/path-guard.ts";
import type { ManagedProcess } from "../process/managed-process.ts";
import { describeEnd, type ProcessEnd } from "../process/process-info.ts";
import type { ProcessRegistry } from "../process/process-registry.ts";
import type { ExecGate } from "./exec-gate.ts";
import type { CommandInput } from "./running-command.ts";

const UPDATE_BYTES = 4_000;
const UPDATE_INTERVAL_MS = 100;
const MAX_TIMEOUT_SECONDS = 86_400;

export interface ExecToolOptions {
  readonly processesOf: (agentId: string) => ProcessRegistry;
  readonly gate: ExecGate;
  readonly paths: PathGuard;
  readonly files: FileOperations;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  /** After this time a command goes on in the background. */
  readonly backgroundMs: number;
}

const Input = Type.Object(
  {
    command: Type.String({ minLength: 1, description: "Shell command (bash)" }),
    workdir: Type.Optional(Type.String({ minLength: 1, description: "Directory; default: the workspace" })),
    env: Type.Optional(Type.Record(Type.String(), Type.String(), { description: "Additional variables" })),
    timeoutSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_TIMEOUT_SECONDS })),
    background: Type.Optional(Type.Boolean({ description: "Do not wait; for servers and what takes input" })),
    pty: Type.Optional(Type.Boolean({ description: "Run in a terminal; for programs that insist on one" })),
  },
  { additionalProperties: false },
);

interface Call {
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number | undefined;
  readonly background: boolean;
  readonly pty: boolean;
}

export const createExecTool = (options: ExecToolOptions): Tool =>
  defineTool({
    name: "exec",
    description: `Run a shell command. Gives output and exit code; long output keeps its head and tail. What takes longer than ${options.backgroundMs / 1_000} s goes on in the background: follow it with process. Default limit ${options.timeoutSeconds} s.`,
    input: Input,
    title: ({ command }) => `run \`${command.replaceAll(/\s+/g, " ").trim().slice(0, 90)}\``,
    execute: ({ command, workdir = ".", env = {}, timeoutSeconds, background = false, pty = false }, context) =>
      withPath(options.paths, workdir, async (directory) => {
        const { kind } = await options.files.stat(directory);
        if (kind !== "directory") return failed(`${workdir} is not a directory.`);
        return run(options, directory, { command, env, timeoutSeconds, background, pty }, context);
      }),
  });

const run = async (
  options: ExecToolOptions,
  directory: string,
  call: Call,
  { run: origin, signal, update }: ToolContext,
): Promise<ToolResult> => {
  const { command, background } = call;
  const environment = { ...options.environment, ...call.env };
  const request = { command, directory, environment, added: Object.keys(call.env), run: origin };
  const verdict = await options.gate(request, signal);
  if (signal.aborted) return failed("[stopped before it was finished]");
  if (!verdict.ok) return failed(verdict.reason);

  const processes = options.processesOf(origin.agentId);
  const updates = atIntervals((process: ManagedProcess) => update(process.output.tail(UPDATE_BYTES)));
  const limit = call.timeoutSeconds ?? (background ? undefined : options.timeoutSeconds);
  const spec = {
    command,
    directory,
    environment,
    input: inputOf(call),
    runId: origin.runId,
    sessionKey: origin.sessionKey,
    timeoutMs: limit === undefined ? undefined : limit * 1_000,
  };
  const process = await processes.start(spec, updates.request);
  updates.follow(process);
  const end = await endWithin(process, background ? 0 : options.backgroundMs, signal);
  updates.stop();
  if (end === "later") {
    await processes.keep(process);
    return background
      ? inBackground(process, "started", "")
      : inBackground(process, stillRunning(options), process.output.takeUnread());
  }
  return present(processes, process, end, limit);
};

const inputOf = ({ pty, background }: Call): CommandInput => {
  if (pty) return "terminal";
  return background ? "pipe" : "none";
};

/** A command that is stopped with the run has ended, with all it started, when this answers. */
const endWithin = async (
  process: ManagedProcess,
  limitMs: number,
  signal: AbortSignal,
): Promise<ProcessEnd | "later"> => {
  const later = Promise.withResolvers<"later">();
  const timer = setTimeout(() => later.resolve("later"), limitMs);
  const onAbort = (): void => {
    clearTimeout(timer);
    void process.stop("aborted");
  };
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([process.ended, later.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
};

const stillRunning = ({ backgroundMs }: ExecToolOptions): string => `still running after ${backgroundMs / 1_000} s`;

const inBackground = (process: ManagedProcess, how: string, output: string): ToolResult => {
  const { id, end } = process.info();
  if (end?.kind === "not-started") return failed(`[${describeEnd(end)}]`);
  return succeeded(`${lines(output)}[${how}; in the background as process ${id}]`);
};

/** Output that does not fit into the answer stays to be read. */
const present = async (
  processes: ProcessRegistry,
  process: ManagedProcess,
  end: ProcessEnd,
  limitSeconds: number | undefined,
): Promise<ToolResult> => {
  const cut = process.output.isCut();
  if (cut) await processes.keep(process);
  else processes.forget(process);
  const ending = end.kind === "timed-out" ? `stopped after the time limit of ${limitSeconds} s` : describeEnd(end);
  const more = cut ? `; the whole output: process log ${process.id}` : "";
  const text = `${lines(process.output.text())}[${ending}${more}]`;
  return end.kind === "exited" && end.code === 0 ? succeeded(text) : failed(text);
};

const lines = (output: string): string => `${output}${output === "" || output.endsWith("\n") ? "" : "\n"}`;

/** Runs `work` soon after a request, and not more often than the interval allows; not before there is a subject. */
const atIntervals = <T>(work: (subject: T) => void) => {
  let timer: NodeJS.Timeout | undefined;
  let subject: T | undefined;
  let stopped = false;
  return {
    follow: (followed: T): void => {
      subject = followed;
    },
    request: (): void => {
      if (stopped) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        if (subject !== undefined) work(subject);
      }, UPDATE_INTERVAL_MS);
    },
    stop: (): void => {
      stopped = true;
      clearTimeout(timer);
    },
  };
};
