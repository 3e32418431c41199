/** Turns the end of a `koi` process into a sentence that names the cause and what helps. */

import type { FaultCode } from "@skykoi/fault";

import type { ExitReport } from "../driver.ts";

export interface ProcessEnd {
  /** Null when nobody saw it, or a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
}

const report = (code: FaultCode, retry: ExitReport["retry"], message: string): ExitReport => ({
  reason: { code, message },
  retry,
});

/** Somebody asked the process to end, and it did so in good order. */
export const isCleanEnd = ({ exitCode, signal }: ProcessEnd): boolean =>
  exitCode === 0 || signal === "SIGINT" || signal === "SIGTERM" || signal === "SIGHUP";

/** `lastWords` is the last line for people in its log. The exit codes are those of `koi`. */
export const exitReport = (end: ProcessEnd, lastWords: string | undefined): ExitReport => {
  if (isCleanEnd(end)) return report("AGENT_UNREACHABLE", "now", "The gateway was stopped from outside.");
  if (end.signal === "SIGKILL") {
    return report("AGENT_UNREACHABLE", "later", "The gateway was killed, perhaps because memory ran out.");
  }
  if (end.signal) return report("AGENT_UNREACHABLE", "later", `The gateway was ended by ${end.signal}.`);
  switch (end.exitCode) {
    case null:
      return report("AGENT_UNREACHABLE", "now", "The gateway ended while nobody watched it.");
    case 2:
      return report("LAUNCH_FAILED", "never", "The gateway's program does not fit this version. Build it again.");
    case 3:
      return report("ENROLMENT_REFUSED", "later", "The instance's enrolment was refused.");
    case 4:
      return report("PORT_IN_USE", "now", "Another program took the gateway's port.");
    case 5:
      return report("DATA_DIR_LOCKED", "later", "Another gateway still uses this instance's directory.");
    case 6:
      return report(
        "CONFIG_INVALID",
        "never",
        `The agent's configuration is not valid.${quoted(lastWords)} Correct its skykoi.json, or retry to write it anew.`,
      );
    default:
      return report("LAUNCH_FAILED", "later", `The gateway ended with code ${end.exitCode}.${quoted(lastWords)}`);
  }
};

const quoted = (lastWords: string | undefined): string => (lastWords ? ` Its last words: “${lastWords}”` : "");
