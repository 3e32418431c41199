/** Brings a sub-agent from the disk to its report. Every step may be made again, by a later life too, and is made once. */

import { setTimeout as pause } from "node:timers/promises";

import { toFault } from "@skykoi/fault";
import type { Logger } from "@skykoi/log";

import type { Inbox } from "../runs/inbox.ts";
import type { RunEnds } from "../runs/run-ends.ts";
import type { SessionAddress } from "../sessions/session-key.ts";
import type { SessionStore } from "../sessions/session-store.ts";
import { reportOf } from "./report.ts";
import type { SubagentJournal } from "./subagent-journal.ts";
import { announcementId, type Subagent } from "./subagent.ts";

export interface CarrierOptions {
  readonly resolve: (sessionKey: string) => SessionAddress;
  readonly inbox: Pick<Inbox, "accept" | "abort">;
  readonly ends: RunEnds;
  readonly store: SessionStore;
  readonly log: Logger;
  readonly journal: SubagentJournal;
  /** Pause before attempt n (from 2) of what a full queue or disk refused. */
  readonly retryDelayMs?: (attempt: number) => number;
}

export interface Carrier {
  /** Its task is accepted. Throws what the inbox throws. */
  begin(subagent: Subagent): Promise<unknown>;
  carry(subagent: Subagent): void;
  /** Nothing is waited for any more; what is open stays on the disk. */
  close(): Promise<void>;
}

/** A run ends long before, by its own limit; it may have to wait for others. */
const MAX_WAIT_MS = 86_400_000;

const INSTRUCTIONS = `## Sub-agent

Another agent gave you this task and reads your last answer; nobody else sees it and nobody can be asked. Do the task, then
answer with the result alone: what you found or did, with paths and figures, and what is open.`;

export const createCarrier = (options: CarrierOptions): Carrier => {
  const { resolve, inbox, ends, store, journal, log } = options;
  const { retryDelayMs = (attempt) => Math.min(30_000, 500 * 2 ** attempt) } = options;
  const closing = new AbortController();
  /** By run id: resolves when the sub-agent has reported, or the gateway stops. */
  const underWay = new Map<string, Promise<void>>();

  const begin = ({ runId, sessionKey, parentKey, rootRunId, task, overrides }: Subagent) =>
    inbox.accept({
      address: resolve(sessionKey),
      runId,
      text: task,
      origin: { kind: "subagent", label: parentKey },
      overrides: { ...overrides, rootRunId, instructions: INSTRUCTIONS },
    });

  const carry = (subagent: Subagent): void => {
    const { runId, parentKey } = subagent;
    if (underWay.has(runId)) return;
    const carrying = carryOut(subagent)
      .catch((error: unknown) => {
        // It stays on the disk, and the next start goes on.
        if (!closing.signal.aborted) log.error("a sub-agent's result was not reported", { runId, parentKey, error });
      })
      .finally(() => underWay.delete(runId));
    underWay.set(runId, carrying);
  };

  const carryOut = async (subagent: Subagent): Promise<void> => {
    const { runId, sessionKey } = subagent;
    if (subagent.stopped) await inbox.abort(resolve(sessionKey), undefined);
    const accepted = await persistently(() => begin(subagent));
    if (accepted === undefined || (accepted !== "ok" && !(await ended(runId)))) return;
    const reports = await reportsTo(sessionKey);
    if (closing.signal.aborted || !(await announced(subagent, reports))) return;
    await persistently(() => journal.remove(runId));
  };

  /** The reports that came into the session, when there is nothing left that could still report. */
  const reportsTo = async (sessionKey: string): Promise<readonly string[]> => {
    const open = (): readonly Subagent[] => journal.all().filter(({ parentKey }) => parentKey === sessionKey);
    const reports: string[] = [];
    for (let children = open(); children.length > 0 && !closing.signal.aborted; children = open()) {
      reports.push(...children.map(announcementId));
      for (const child of children) carry(child);
      await Promise.all(children.map(async ({ runId }) => underWay.get(runId)));
    }
    return reports;
  };

  /** False when the gateway stops before. */
  const announced = async (subagent: Subagent, reports: readonly string[]): Promise<boolean> => {
    const { runId, parentKey } = subagent;
    const isStopped = journal.all().some((known) => known.runId === runId && known.stopped === true);
    if (isStopped || !store.record(resolve(parentKey))) return true;
    const text = await report(subagent, [runId, ...reports]);
    const accepted = await persistently(() => announce(subagent, text));
    if (accepted === undefined) return false;
    // A parent that is a sub-agent itself reports when it has taken this up.
    const isReporting = journal.all().some(({ sessionKey }) => sessionKey === parentKey);
    return !isReporting || accepted === "ok" || ended(announcementId(subagent));
  };

  const report = async (subagent: Subagent, runIds: readonly string[]): Promise<string> => {
    const { session, release } = await store.acquire(resolve(subagent.sessionKey));
    try {
      return reportOf(subagent, runIds, await session.transcript.context());
    } finally {
      release();
    }
  };

  const announce = (subagent: Subagent, text: string) =>
    inbox.accept({
      address: resolve(subagent.parentKey),
      runId: announcementId(subagent),
      text,
      origin: { kind: "subagent", label: subagent.label },
      overrides: { rootRunId: subagent.rootRunId },
      queueMode: "steer",
    });

  /** False when the gateway stops before. */
  const ended = async (runId: string): Promise<boolean> =>
    (await ends.wait(runId, { timeoutMs: MAX_WAIT_MS, signal: closing.signal })) !== undefined;

  /** Tries until it is done; undefined when the gateway stops before. */
  const persistently = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    for (let attempt = 1; !closing.signal.aborted; attempt++) {
      try {
        return await work();
      } catch (thrown) {
        const { retryable, code } = toFault(thrown);
        if (!retryable && code !== "STORAGE_FAILED") throw thrown;
        await pause(retryDelayMs(attempt + 1), undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
    return undefined;
  };

  return {
    begin,
    carry,
    close: async () => {
      closing.abort();
      await Promise.all(underWay.values());
    },
  };
};
