/** `exec`: a shell command in the workspace, with a time limit, a bounded output and no secrets around it. */

import { stripVTControlCharacters } from "node:util";
import { Type } from "typebox";

import type { Tool, ToolResult } from "../../port.ts";
import { defineTool, failed, succeeded } from "../define-tool.ts";
import { withPath } from "../files/file-access.ts";
import type { FileOperations } from "../files/file-operations.ts";
import type { PathGuard } from "../files/path-guard.ts";
import { createOutputWindow } from "./output-window.ts";
import type { Shell, ShellExit } from "./shell.ts";

const HEAD_CHARS = 20_000;
const TAIL_CHARS = 30_000;
const UPDATE_CHARS = 4_000;
const UPDATE_INTERVAL_MS = 100;
const MAX_TIMEOUT_SECONDS = 86_400;

export interface ExecToolOptions {
  readonly shell: Shell;
  readonly paths: PathGuard;
  readonly files: FileOperations;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
}

const Input = Type.Object(
  {
    command: Type.String({ minLength: 1, description: "Shell command (bash)" }),
    workdir: Type.Optional(Type.String({ minLength: 1, description: "Directory; default: the workspace" })),
    env: Type.Optional(Type.Record(Type.String(), Type.String(), { description: "Additional variables" })),
    timeoutSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_TIMEOUT_SECONDS })),
  },
  { additionalProperties: false },
);

export const createExecTool = (options: ExecToolOptions): Tool =>
  defineTool({
    name: "exec",
    description: `Run a shell command without a terminal or standard input and wait for it. Gives output, exit code; long output keeps its head and tail. Default limit ${options.timeoutSeconds} s.`,
    input: Input,
    title: ({ command }) => `run \`${command.replaceAll(/\s+/g, " ").trim().slice(0, 90)}\``,
    execute: ({ command, workdir = ".", env = {}, timeoutSeconds = options.timeoutSeconds }, { signal, update }) =>
      withPath(options.paths, workdir, async (directory) => {
        const { kind } = await options.files.stat(directory);
        if (kind !== "directory") return failed(`${workdir} is not a directory.`);
        const output = createOutputWindow({ headChars: HEAD_CHARS, tailChars: TAIL_CHARS });
        const updates = atIntervals(() => update(clean(output.tail(UPDATE_CHARS))));
        const exit = await options.shell.run({
          command,
          directory,
          environment: { ...options.environment, ...env },
          timeoutMs: timeoutSeconds * 1_000,
          signal,
          onOutput: (text) => {
            output.add(text);
            updates.request();
          },
        });
        updates.stop();
        return present(clean(output.text()), exit, timeoutSeconds);
      }),
  });

/** Runs `work` soon after a request, and not more often than the interval allows. */
const atIntervals = (work: () => void): { request: () => void; stop: () => void } => {
  let timer: NodeJS.Timeout | undefined;
  return {
    request: () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        work();
      }, UPDATE_INTERVAL_MS);
    },
    stop: () => clearTimeout(timer),
  };
};

const clean = (output: string): string => stripVTControlCharacters(output).replaceAll("\0", "");

const present = (output: string, exit: ShellExit, timeoutSeconds: number): ToolResult => {
  const text = `${output}${output === "" || output.endsWith("\n") ? "" : "\n"}[${ending(exit, timeoutSeconds)}]`;
  return exit.kind === "exited" && exit.code === 0 ? succeeded(text) : failed(text);
};

const ending = (exit: ShellExit, timeoutSeconds: number): string => {
  switch (exit.kind) {
    case "exited":
      return `exit code ${exit.code}`;
    case "killed":
      return `killed by ${exit.signal}`;
    case "timed-out":
      return `stopped after the time limit of ${timeoutSeconds} s`;
    case "aborted":
      return "stopped before it was finished";
    case "not-started":
      return `could not be started: ${exit.reason}`;
    default:
      return exit satisfies never;
  }
};
