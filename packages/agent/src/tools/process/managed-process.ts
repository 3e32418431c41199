/** One command from its start to its end: its output, its time limit, and why it ended. */

import { startOfProcess } from "../exec/process-tree.ts";
import { startCommand, type CommandExit, type RunningCommand, type StartOptions } from "../exec/running-command.ts";
import type { ShellCommand } from "../exec/running-command.ts";
import type { ProcessEnd, ProcessInfo, StopCause } from "./process-info.ts";
import { createProcessLog, type ProcessLog } from "./process-log.ts";

export interface ProcessSpec extends ShellCommand {
  readonly runId: string;
  readonly sessionKey: string;
  /** undefined: as long as the gateway runs. */
  readonly timeoutMs: number | undefined;
}

export interface ManagedProcess {
  readonly id: string;
  readonly output: ProcessLog;
  /** Never rejects; everything that can be read was read. */
  readonly ended: Promise<ProcessEnd>;
  readonly info: () => ProcessInfo;
  /** False when it takes no input. */
  write(text: string): Promise<boolean>;
  closeInput(): void;
  /** Ends everything the command started. */
  stop(cause: StopCause): Promise<void>;
}

export interface ManagedProcessOptions extends Pick<StartOptions, "id" | "user" | "killGraceMs"> {
  readonly logPath: string;
  readonly maxLogBytes: number;
  readonly now: () => number;
  /** Called with the output so far growing. */
  readonly onOutput: () => void;
}

export const startManagedProcess = async (
  spec: ProcessSpec,
  options: ManagedProcessOptions,
): Promise<ManagedProcess> => {
  const { id, now } = options;
  const output = createProcessLog({ path: options.logPath, maxFileBytes: options.maxLogBytes });
  const startedAt = now();
  const running = await startCommand(spec, {
    ...options,
    onOutput: (chunk) => {
      const busy = output.add(chunk);
      options.onOutput();
      return busy;
    },
  });
  const pidStartedAt = running.pid === undefined ? undefined : startOfProcess(running.pid);
  let result: { readonly end: ProcessEnd; readonly endedAt: number } | undefined;
  let cause: StopCause | undefined;
  let stopping: Promise<void> | undefined;

  const stop = (reason: StopCause): Promise<void> => {
    if (result) return running.end();
    cause ??= reason;
    return (stopping ??= running.end());
  };
  const timer =
    spec.timeoutMs === undefined ? undefined : setTimeout(() => void stop("timed-out"), spec.timeoutMs).unref();

  const ended = endOf(running, () => stopping).then(async (exit): Promise<ProcessEnd> => {
    clearTimeout(timer);
    result = { end: cause && exit.kind !== "not-started" ? { kind: cause } : exit, endedAt: now() };
    await output.close();
    return result.end;
  });

  return {
    id,
    output,
    ended,
    info: () => ({
      id,
      command: spec.command,
      directory: spec.directory,
      runId: spec.runId,
      sessionKey: spec.sessionKey,
      startedAt,
      outputBytes: output.totalBytes(),
      ...(running.pid !== undefined && { pid: running.pid }),
      ...(pidStartedAt !== undefined && { pidStartedAt }),
      ...result,
    }),
    write: running.write,
    closeInput: running.closeInput,
    stop,
  };
};

/** A command that is being stopped has ended when everything it started has. */
const endOf = async (running: RunningCommand, stopping: () => Promise<void> | undefined): Promise<CommandExit> => {
  const exit = await running.ended;
  await stopping();
  return exit;
};
