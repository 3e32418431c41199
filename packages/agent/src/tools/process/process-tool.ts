/** `process`: follows, feeds and ends the commands that `exec` left in the background. */

import { setTimeout as delay } from "node:timers/promises";
import { Type } from "typebox";

import type { Tool, ToolResult } from "../../port.ts";
import { defineTool, failed, succeeded } from "../define-tool.ts";
import { readableText } from "../exec/readable-text.ts";
import { createLineWindow } from "../files/line-window.ts";
import { KEY_NAMES, keyBytes } from "./keys.ts";
import type { ManagedProcess } from "./managed-process.ts";
import { describeEnd, type ProcessInfo } from "./process-info.ts";
import type { ProcessRegistry } from "./process-registry.ts";

const MAX_LINES = 2_000;
const DEFAULT_LINES = 200;
const MAX_BYTES = 50 * 1024;
const MAX_WAIT_SECONDS = 60;
/** What a program may take to answer what was written to it, before its output is looked at. */
const ANSWER_MS = 250;

const ACTIONS = ["list", "poll", "log", "write", "send-keys", "kill", "remove"] as const;

const Input = Type.Object(
  {
    action: Type.Enum([...ACTIONS]),
    id: Type.Optional(Type.String({ minLength: 1, description: "Process id; all actions but list" })),
    waitSeconds: Type.Optional(
      Type.Number({ minimum: 0, maximum: MAX_WAIT_SECONDS, description: "poll: wait for output or the end" }),
    ),
    offset: Type.Optional(Type.Integer({ minimum: 1, description: "log: first line" })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_LINES, description: "log: number of lines" })),
    tail: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_LINES, description: "log: last lines" })),
    text: Type.Optional(Type.String({ description: "write: for standard input, with its newline" })),
    close: Type.Optional(Type.Boolean({ description: "write: end of input afterwards" })),
    keys: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), { description: "send-keys: e.g. up, enter, ctrl-c" }),
    ),
  },
  { additionalProperties: false },
);

export interface ProcessToolOptions {
  readonly processesOf: (agentId: string) => ProcessRegistry;
  readonly now: () => number;
}

export const createProcessTool = ({ processesOf, now }: ProcessToolOptions): Tool =>
  defineTool({
    name: "process",
    description:
      "Background commands of exec: list; poll (new output); log (lines by offset and limit, or tail); write (standard input); send-keys (terminal); kill; remove (an ended one).",
    input: Input,
    title: ({ action, id }) => (id === undefined ? `${action} processes` : `${action} process ${id}`),
    execute: async (input, { run, signal }) => {
      const processes = processesOf(run.agentId);
      const infos = await processes.list();
      if (input.action === "list") return succeeded(table(infos, now()));
      const info = infos.find(({ id }) => id === input.id);
      if (!info) return failed(`There is no process ${input.id ?? "without an id"}. ${table(infos, now())}`);
      const process = processes.get(info.id);
      switch (input.action) {
        case "poll":
          return poll(info, process, input.waitSeconds ?? 0, signal);
        case "log":
          return showLog(processes, info, process, input);
        case "write":
          return write(process, input.text ?? "", input.close === true);
        case "send-keys":
          return sendKeys(process, input.keys ?? []);
        case "kill":
          return kill(info, process);
        case "remove":
          return (await processes.remove(info.id))
            ? succeeded(`The process ${info.id} is forgotten.`)
            : failed(`The process ${info.id} is still running; kill it first.`);
        default:
          return input.action satisfies never;
      }
    },
  });

const poll = async (
  info: ProcessInfo,
  process: ManagedProcess | undefined,
  waitSeconds: number,
  signal: AbortSignal,
): Promise<ToolResult> => {
  if (!process) return succeeded(`[${describeEnd(info.end)}]`);
  const endMs = performance.now() + waitSeconds * 1_000;
  let text = process.output.takeUnread();
  while (text === "" && !process.info().end && !signal.aborted && performance.now() < endMs) {
    await delay(50);
    text = process.output.takeUnread();
  }
  return succeeded(withEnd(text, describeEnd(process.info().end)));
};

const showLog = async (
  processes: ProcessRegistry,
  info: ProcessInfo,
  process: ManagedProcess | undefined,
  { offset, limit = DEFAULT_LINES, tail }: { offset?: number; limit?: number; tail?: number },
): Promise<ToolResult> => {
  const state = describeEnd(process?.info().end ?? info.end);
  if (offset === undefined) {
    const inMemory = process && !process.info().end && process.output.isBeyondFile();
    const end = inMemory
      ? process.output.tail(MAX_BYTES)
      : readableText(await processes.readLogEnd(info.id, MAX_BYTES));
    const lines = end.replace(/\n$/, "").split("\n");
    return succeeded(withEnd(lines.slice(-(tail ?? limit)).join("\n"), state));
  }
  const window = createLineWindow({ offset, maxLines: limit, maxBytes: MAX_BYTES });
  for await (const chunk of processes.readLog(info.id)) if (window.push(chunk)) break;
  const { text, lineCount, seenLines, more } = window.result();
  if (lineCount === 0)
    return failed(`The log has ${seenLines} lines so far; line ${offset} is beyond its end. [${state}]`);
  const next = more ? `more follow; continue with offset ${offset + lineCount}; ` : "";
  return succeeded(withEnd(readableText(Buffer.from(text)), `${next}${state}`));
};

const write = async (process: ManagedProcess | undefined, text: string, close: boolean): Promise<ToolResult> => {
  if (!process || process.info().end) return failed("The process has ended.");
  if (!(await process.write(text))) {
    return failed("The process has no standard input; start it with background: true or pty: true to write to it.");
  }
  if (close) process.closeInput();
  return answerOf(process);
};

const sendKeys = async (process: ManagedProcess | undefined, keys: readonly string[]): Promise<ToolResult> => {
  const bytes = keys.map(keyBytes);
  const unknown = keys.filter((_, index) => bytes[index] === undefined);
  if (unknown.length > 0) return failed(`No such key: ${unknown.join(", ")}. Keys are ${KEY_NAMES}.`);
  return write(process, bytes.join(""), false);
};

const answerOf = async (process: ManagedProcess): Promise<ToolResult> => {
  await Promise.race([process.ended, delay(ANSWER_MS)]);
  return succeeded(withEnd(process.output.takeUnread(), describeEnd(process.info().end)));
};

const kill = async (info: ProcessInfo, process: ManagedProcess | undefined): Promise<ToolResult> => {
  if (!process) return failed(`The process ${info.id} does not run: ${describeEnd(info.end)}.`);
  const ranStill = !process.info().end;
  // Also when the command itself has ended: it may have left something behind.
  await process.stop("stopped");
  const end = await process.ended;
  return succeeded(
    `[${ranStill ? describeEnd(end) : `had ended: ${describeEnd(end)}; what it left behind is ended, too`}]`,
  );
};

const withEnd = (text: string, state: string): string =>
  `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}[${state}]`;

const table = (infos: readonly ProcessInfo[], nowMs: number): string =>
  infos.length === 0
    ? "There are no background processes."
    : infos
        .map((info) => `${info.id}  ${describeEnd(info.end)}, ${age(info, nowMs)}  ${oneLine(info.command)}`)
        .join("\n");

const age = ({ startedAt, endedAt }: ProcessInfo, nowMs: number): string => {
  const seconds = Math.max(0, Math.round(((endedAt ?? nowMs) - startedAt) / 1_000));
  return endedAt === undefined ? `for ${seconds} s` : `after ${seconds} s`;
};

const oneLine = (command: string): string => command.replaceAll(/\s+/g, " ").trim().slice(0, 120);
