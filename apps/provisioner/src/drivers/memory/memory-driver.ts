/** A driver without machines: instances are rows in memory, and every fault of a real one can be scripted. */

import { fault } from "@skykoi/fault";

import type { Driver, ExitReport, LaunchRequest, Machine, MachineState } from "../driver.ts";

export interface MemoryDriver extends Driver {
  /** Machines made so far, over all instances. */
  readonly launches: readonly LaunchRequest[];
  /** The next launches throw `thrown`; with `afterwards` the machine is made nevertheless: only the reply is lost. */
  failLaunches(times: number, thrown: unknown, afterwards?: "lost-reply"): void;
  /** The next observations throw. */
  failObservations(times: number, thrown: unknown): void;
  /** The machine ends by itself. */
  die(instanceId: string, exit: ExitReport, options?: { silently?: boolean }): void;
  /** The machine and its disk are gone. */
  vanish(instanceId: string): void;
}

export interface MemoryDriverOptions {
  /** What a real machine would do once it runs: enrol. Errors are the boot's failure. */
  readonly boot?: (request: LaunchRequest, machine: Machine) => Promise<void>;
}

interface Row {
  readonly launchId: string;
  externalId: string;
  exit: ExitReport | null;
  running: boolean;
}

interface ScriptedFault {
  readonly thrown: unknown;
  readonly lostReply: boolean;
}

const BOOT_FAILED: ExitReport = {
  reason: { code: "LAUNCH_FAILED", message: "The machine failed while it booted." },
  retry: "later",
};

export const createMemoryDriver = ({ boot }: MemoryDriverOptions = {}): MemoryDriver => {
  const rows = new Map<string, Row>();
  const listeners = new Set<(instanceId: string) => void>();
  const launches: LaunchRequest[] = [];
  const launchFaults: ScriptedFault[] = [];
  const observationFaults: unknown[] = [];
  let starts = 0;

  const machineOf = (row: Row): Machine => ({
    externalId: row.externalId,
    gatewayUrl: `ws://${row.externalId}.invalid`,
  });

  const observe = (instanceId: string): MachineState => {
    const row = rows.get(instanceId);
    if (!row) return { kind: "absent" };
    const { launchId, externalId, exit } = row;
    return row.running
      ? { kind: "running", launchId, ...machineOf(row) }
      : { kind: "stopped", launchId, externalId, exit };
  };

  const die: MemoryDriver["die"] = (instanceId, exit, { silently = false } = {}) => {
    const row = rows.get(instanceId);
    if (!row?.running) return;
    Object.assign(row, { running: false, exit });
    if (!silently) for (const listener of listeners) listener(instanceId);
  };

  const create = (request: LaunchRequest): Machine => {
    const row: Row = { launchId: request.launchId, externalId: `mem-${++starts}`, exit: null, running: true };
    rows.set(request.instanceId, row);
    launches.push(request);
    const machine = machineOf(row);
    boot?.(request, machine).catch(() => die(request.instanceId, BOOT_FAILED));
    return machine;
  };

  return {
    name: "memory",
    launches,
    failLaunches: (times, thrown, afterwards) => {
      for (let i = 0; i < times; i++) launchFaults.push({ thrown, lostReply: afterwards === "lost-reply" });
    },
    failObservations: (times, thrown) => {
      for (let i = 0; i < times; i++) observationFaults.push(thrown);
    },
    die,
    vanish: (instanceId) => void rows.delete(instanceId),

    place: async (instanceId) => ({ kind: "memory", instanceId }),
    launch: async (request) => {
      const row = rows.get(request.instanceId);
      if (row?.launchId === request.launchId) return machineOf(row);
      if (row?.running) throw fault("CONFLICT", { message: "A machine of another launch still runs." });
      const scripted = launchFaults.shift();
      if (scripted && !scripted.lostReply) throw scripted.thrown;
      const machine = create(request);
      if (scripted) throw scripted.thrown;
      return machine;
    },
    observe: async ({ instanceId }) => {
      if (observationFaults.length > 0) throw observationFaults.shift();
      return observe(instanceId);
    },
    start: async ({ instanceId }) => {
      const row = rows.get(instanceId);
      if (!row) throw fault("NOT_FOUND", { message: "There is no machine of this instance." });
      if (!row.running) Object.assign(row, { running: true, exit: null, externalId: `mem-${++starts}` });
      return machineOf(row);
    },
    stop: async ({ instanceId }) => {
      const row = rows.get(instanceId);
      if (row?.running) Object.assign(row, { running: false, exit: null });
    },
    terminate: async ({ instanceId }) => void rows.delete(instanceId),
    list: async () => [...rows].map(([instanceId, { externalId, running }]) => ({ instanceId, externalId, running })),
    onExit: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: async () => listeners.clear(),
  };
};
