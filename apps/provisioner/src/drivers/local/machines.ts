/** What is known of each instance's process: its record on disk joined with whether it lives. */

import type { Logger } from "@skykoi/log";

import type { Machine, MachineState } from "../driver.ts";
import { exitReport, isCleanEnd, type ProcessEnd } from "./exit-report.ts";
import { choosePort } from "./free-port.ts";
import { lastWords } from "./gateway-log.ts";
import { exists, instanceDirectory, openInstances, type InstanceDirectory } from "./instance-directory.ts";
import { readProcessRecord, writeProcessRecord, type ProcessRecord } from "./process-record.ts";
import { createProcesses, type LiveProcess, type Processes } from "./processes.ts";

export interface Machines {
  readonly processes: Processes;
  at(instanceId: string): InstanceDirectory;
  record(instanceId: string): ProcessRecord | undefined;
  ids(): string[];
  /** To be called in the tick in which the process was made. */
  started(process: LiveProcess, launch: { readonly port: number; readonly launchId: string }): Machine;
  /** The process was ended on request. */
  stopped(instanceId: string): void;
  forget(instanceId: string): void;
  observe(instanceId: string): MachineState;
  /** The port it had where that is still free and was not the trouble, else another one. */
  choosePort(instanceId: string): Promise<number>;
}

export interface MachinesOptions {
  readonly directory: string;
  readonly log: Logger;
  readonly onEnd: (instanceId: string, end: { readonly isClean: boolean }) => void;
  readonly stopGraceMs: number | undefined;
}

const NEVER_RAN = "none";
const PORT_TAKEN_EXIT_CODE = 4;

/** Adopts the processes that survived an earlier platform. */
export const openMachines = ({ directory, log, onEnd, stopGraceMs }: MachinesOptions): Machines => {
  const records = new Map<string, ProcessRecord>();
  const at = (instanceId: string): InstanceDirectory => instanceDirectory(directory, instanceId);

  const save = (instanceId: string, record: ProcessRecord): void => {
    writeProcessRecord(at(instanceId).root, record);
    records.set(instanceId, record);
  };

  const ended = (instanceId: string, end: ProcessEnd): void => {
    const record = records.get(instanceId);
    if (!record || !exists(at(instanceId))) return;
    save(instanceId, { ...record, ...end, state: "exited" });
    log.info("A gateway's process has ended.", { instanceId, ...end });
    onEnd(instanceId, { isClean: isCleanEnd(end) });
  };

  const processes = createProcesses({ onEnd: ended, stopGraceMs });

  const adopt = (instanceId: string, record: ProcessRecord): void => {
    records.set(instanceId, record);
    if (record.state !== "running") return;
    const isAdopted = processes.adopt({ instanceId, pid: record.pid, identity: record.identity });
    log.info(isAdopted ? "A running gateway was adopted." : "A gateway ended while nobody watched.", { instanceId });
    if (!isAdopted) save(instanceId, { ...record, state: "exited" });
  };

  for (const instanceId of openInstances(directory)) {
    const record = readProcessRecord(at(instanceId).root);
    if (record) adopt(instanceId, record);
  }

  return {
    processes,
    at,
    record: (instanceId) => records.get(instanceId),
    ids: () => [...records.keys()],
    started: ({ instanceId, pid, identity }, { port, launchId }) => {
      const record: ProcessRecord = { pid, identity, port, launchId, state: "running", exitCode: null, signal: null };
      save(instanceId, record);
      return machineOf(record);
    },
    stopped: (instanceId) => {
      const record = records.get(instanceId);
      if (!record || !exists(at(instanceId))) return;
      save(instanceId, { ...record, state: "stopped", exitCode: null, signal: null });
    },
    forget: (instanceId) => void records.delete(instanceId),
    observe: (instanceId) => {
      if (!exists(at(instanceId))) return { kind: "absent" };
      const record = records.get(instanceId);
      if (!record) return { kind: "stopped", externalId: NEVER_RAN, launchId: null, exit: null };
      const { launchId } = record;
      if (processes.get(instanceId)) return { kind: "running", launchId, ...machineOf(record) };
      const exit = record.state === "stopped" ? null : exitReport(record, lastWords(at(instanceId).root));
      return { kind: "stopped", externalId: machineOf(record).externalId, launchId, exit };
    },
    choosePort: (instanceId) => {
      const own = records.get(instanceId);
      const taken = new Set([...records].filter(([id]) => id !== instanceId).map(([, { port }]) => port));
      return choosePort(own?.exitCode === PORT_TAKEN_EXIT_CODE ? undefined : own?.port, taken);
    },
  };
};

export const machineOf = ({ pid, port }: ProcessRecord): Machine => ({
  externalId: `${pid}:${port}`,
  gatewayUrl: `ws://127.0.0.1:${port}`,
});
