/** Ends a message that had to make room for newer ones: in the transcript first, then its sender is told. */

import type { Logger } from "@skykoi/log";

import type { RunQueue } from "./run-queue.ts";
import type { Run } from "./run.ts";

const MESSAGE = "Too many messages were waiting, so this one was not answered. Send it again if it still matters.";

/** Resolves in every case. */
export const createDropRun = ({ queue, log }: { readonly queue: RunQueue; readonly log: Logger }) => {
  return async (run: Run): Promise<void> => {
    const { transcript } = run.session;
    const content = [{ type: "text" as const, text: MESSAGE }];
    try {
      await Promise.all([
        transcript.append({ type: "notice", runId: run.id, kind: "error", content }),
        transcript.append({ type: "runEnd", runId: run.id, outcome: "failed" }),
      ]);
    } catch (thrown) {
      log.warn("a dropped message could not be marked; the next start runs it", { runId: run.id, error: thrown });
    }
    queue.drop(run, { type: "run-end", outcome: "failed", code: "QUEUE_FULL", message: MESSAGE });
  };
};
