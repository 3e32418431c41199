/**
 * Sub-agents from the call that asks for one to its report: written down first, run as a message in a session of their
 * own, and reported as a message in the session that asked. Every step has an id from that call, so that a restart goes
 * on where a crash was and nothing happens twice.
 */

import { join } from "node:path";

import type { Answered, SpawnRequest, ToolCaller } from "@skykoi/agent";
import { isFault } from "@skykoi/fault";

import type { HealthMonitor } from "../health/health-monitor.ts";
import type { Lanes } from "../lanes/lanes.ts";
import type { LiveConfig } from "../live-config.ts";
import type { Run } from "../runs/run.ts";
import { createCarrier, type CarrierOptions } from "./carry.ts";
import { openSubagentJournal } from "./subagent-journal.ts";
import { subagentId, type Subagent } from "./subagent.ts";

export interface SubagentsOptions extends Omit<CarrierOptions, "journal"> {
  readonly home: string;
  readonly config: LiveConfig;
  readonly lanes: Pick<Lanes<Run>, "running">;
  readonly monitor: Pick<HealthMonitor, "report">;
}

export interface SubagentsRoom {
  spawn(
    caller: ToolCaller,
    request: SpawnRequest,
    signal: AbortSignal,
  ): Promise<Answered<{ readonly sessionKey: string }>>;
  /** Those that the session began and that have not reported yet. */
  of(parentKey: string): readonly Subagent[];
  /** Stops what these runs of the session began (undefined: everything). Answers the ids of the runs that were stopped. */
  stop(parentKey: string, runIds: readonly string[] | undefined): Promise<string[]>;
  /** Goes on with what an earlier life left. */
  resume(): void;
  /** Nothing is waited for any more; what is open stays on the disk. */
  readonly close: () => Promise<void>;
}

/** Those that wait for a place are counted, too. */
const MAX_UNFINISHED = 32;

export const openSubagents = async (options: SubagentsOptions): Promise<SubagentsRoom> => {
  const { home, config, resolve, inbox, store, lanes, monitor, log } = options;
  const path = join(home, "subagents.json");
  const journal = await openSubagentJournal({
    path,
    onCorrupt: () => {
      log.error("sub-agents not readable", { path });
      monitor.report("sessions", `Sub-agents at work before the restart are unknown: ${path} could not be read.`);
    },
  });
  const carrier = createCarrier({ ...options, journal });

  const of = (parentKey: string): readonly Subagent[] =>
    journal.all().filter((subagent) => subagent.parentKey === parentKey);

  const spawn: SubagentsRoom["spawn"] = async (caller, request, signal) => {
    const { run } = caller;
    const depth = depthOf(run.sessionKey) + 1;
    const refusal = refusalAt(depth);
    if (refusal !== undefined) return { ok: false, reason: refusal };

    const subagent = newSubagent(caller, request, lanes.running(run.sessionKey)?.overrides);
    const { runId, sessionKey, label } = subagent;
    try {
      await journal.add(subagent);
      const spawnedBy = { sessionKey: run.sessionKey, depth };
      store.update(resolve(sessionKey), (record) => ({ ...record, label, spawnedBy }));
      await carrier.begin(subagent);
    } catch (thrown) {
      if (!isFault(thrown)) throw thrown;
      await journal.remove(runId).catch(() => undefined);
      return { ok: false, reason: `The sub-agent was not started. ${thrown.message}` };
    }
    carrier.carry(subagent);
    if (signal.aborted) await stopAll([subagent]);
    return { ok: true, sessionKey };
  };

  /** What nobody knows the depth of begins none. */
  const depthOf = (sessionKey: string): number => {
    const address = resolve(sessionKey);
    if (address.kind !== "subagent") return 0;
    return store.record(address)?.spawnedBy?.depth ?? Number.POSITIVE_INFINITY;
  };

  const refusalAt = (depth: number): string | undefined => {
    const { maxConcurrent, maxDepth } = config.current().agents.defaults.subagents;
    if (maxConcurrent === 0 || maxDepth === 0) return "Sub-agents are turned off in the configuration.";
    if (depth > maxDepth) return `Sub-agents may be ${maxDepth} deep; do this task yourself.`;
    if (journal.all().length < MAX_UNFINISHED) return undefined;
    return `${MAX_UNFINISHED} sub-agents are unfinished. Wait for their results before you start more.`;
  };

  const stopAll = async (subagents: readonly Subagent[]): Promise<string[]> => {
    const running = subagents.filter(({ stopped }) => stopped !== true);
    if (running.length === 0) return [];
    await journal
      .markStopped(running.map(({ runId }) => runId))
      .catch((error: unknown) => log.warn("stopped sub-agents not marked", { error }));
    const stopped = await Promise.all(running.map(({ sessionKey }) => inbox.abort(resolve(sessionKey), undefined)));
    return stopped.flat();
  };

  return {
    spawn,
    of,
    stop: (parentKey, runIds) =>
      stopAll(of(parentKey).filter(({ parentRunId }) => runIds === undefined || runIds.includes(parentRunId))),
    resume: () => {
      for (const subagent of journal.all()) carrier.carry(subagent);
    },
    close: () => carrier.close(),
  };
};

const newSubagent = (
  caller: ToolCaller,
  { task, label, model, thinking, timeoutMs }: SpawnRequest,
  parent: Run["overrides"] | undefined,
): Subagent => {
  const { agentId, sessionKey: parentKey, runId: parentRunId } = caller.run;
  const id = subagentId(caller);
  return {
    runId: `subagent:${id}`,
    sessionKey: `agent:${agentId}:subagent:${id}`,
    parentKey,
    parentRunId,
    rootRunId: parent?.rootRunId ?? parentRunId,
    label,
    task,
    overrides: {
      ...(model !== undefined && { model }),
      ...(thinking !== undefined && { thinking }),
      ...(timeoutMs !== undefined && { timeoutMs }),
      // Whoever may use few tools cannot have more of them by way of another.
      ...(parent?.toolsAllow && { toolsAllow: [...parent.toolsAllow] }),
    },
  };
};
