/** What is known of a process, while it runs and afterwards; this is also what is kept on the disk. */

import type { CommandExit } from "../exec/running-command.ts";

export type StopCause = "timed-out" | "aborted" | "stopped";

export type ProcessEnd =
  | CommandExit
  | { readonly kind: StopCause }
  /** The gateway that started it was gone before the process was; what still ran of it was ended. */
  | { readonly kind: "lost" };

export interface ProcessInfo {
  readonly id: string;
  readonly command: string;
  readonly directory: string;
  readonly runId: string;
  readonly sessionKey: string;
  /** undefined when nothing was started. */
  readonly pid?: number;
  /** Tells the process from a later one with the same id. */
  readonly pidStartedAt?: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt?: number;
  /** undefined: it runs. */
  readonly end?: ProcessEnd;
  readonly outputBytes: number;
}

/** "exit code 0", "runs". */
export const describeEnd = (end: ProcessEnd | undefined): string => {
  if (end === undefined) return "running";
  switch (end.kind) {
    case "exited":
      return `exit code ${end.code}`;
    case "killed":
      return `killed by ${end.signal}`;
    case "timed-out":
      return "stopped after its time limit";
    case "aborted":
      return "stopped before it was finished";
    case "stopped":
      return "stopped on request";
    case "not-started":
      return `could not be started: ${end.reason}`;
    case "lost":
      return "lost: the gateway was restarted while it ran";
    default:
      return end satisfies never;
  }
};
