/** A real process per instance on this machine, each with its own home, port and log; no root needed. */

import { closeSync, existsSync } from "node:fs";

import { fault } from "@skykoi/fault";
import type { Logger } from "@skykoi/log";

import type { ModelSettings } from "../../bootstrap/model-settings.ts";
import type { Driver, ListedMachine, Machine } from "../driver.ts";
import { childEnvironment, type Environment } from "./child-environment.ts";
import { createExitAnnouncer } from "./exit-announcer.ts";
import { openGatewayLog } from "./gateway-log.ts";
import {
  emptyTrash,
  exists,
  listInstances,
  prepareForEnrolment,
  removeInstance,
  withdrawEnrolment,
} from "./instance-directory.ts";
import { createKeyedLock } from "./keyed-lock.ts";
import { endLeftBehind } from "./left-behind.ts";
import { machineOf, openMachines, type Machines } from "./machines.ts";

export interface LocalDriverOptions {
  /** Holds one directory per instance. One process at a time may use it: the caller has locked it. */
  readonly directory: string;
  /** The bundled `koi`, run with this process's own Node. */
  readonly koiBundle: string;
  /** Where an instance finds the platform's enrolment. */
  readonly enrolUrl: string;
  readonly model: ModelSettings;
  readonly env: Environment;
  readonly log: Logger;
  /** How long a clean end waits to be told; see `exit-announcer.ts`. */
  readonly cleanEndGraceMs?: number;
  /** From SIGTERM to SIGKILL. Default 5 s. */
  readonly stopGraceMs?: number;
}

/**
 * V8 lets young objects pile up to 3 x 16 MB before it looks. After 1,000 turns a gateway holds 276 MB that way and
 * 166 MB with this limit, without a measurable difference in speed.
 */
const HEAP = ["--max-semi-space-size=4"];

/** Of a directory that somebody put there without a launch. */
const NO_LAUNCH = "";

/** Children stay in this process's group, so that Ctrl-C reaches all; `close` ends every one of them. */
export const createLocalDriver = (options: LocalDriverOptions): Driver => {
  const { directory, enrolUrl, log, cleanEndGraceMs = 1_000, stopGraceMs } = options;
  const exits = createExitAnnouncer({ graceMs: cleanEndGraceMs });
  const machines = openMachines({
    directory,
    log,
    stopGraceMs,
    onEnd: (instanceId, end) => exits.announce(instanceId, end),
  });
  const { processes } = machines;
  const alone = createKeyedLock();
  let isClosed = false;
  // Not waited for: what an agent left behind may be large, and nothing depends on its being gone.
  const emptied = emptyTrash(directory).catch((error: unknown) =>
    log.warn("What is left of deleted instances could not be removed; the next start tries again.", { error }),
  );

  const run = async (instanceId: string, launch: { port: number; launchId: string }): Promise<Machine> => {
    // A command of a run that a crash interrupted must not go on beside the run that is made of it again.
    await endLeftBehind(machines.at(instanceId).workspace);
    if (isClosed) throw fault("UNAVAILABLE", { message: "SkyKoi is stopping." });
    return await spawnKoi(options, machines, instanceId, launch);
  };

  const stop = async (instanceId: string): Promise<void> => {
    exits.withdraw(instanceId);
    await processes.end(instanceId);
    await endLeftBehind(machines.at(instanceId).workspace);
    machines.stopped(instanceId);
  };

  const lostItsDisk = (instanceId: string): boolean =>
    processes.get(instanceId) !== undefined && !exists(machines.at(instanceId));

  /** Somebody removed the directory below a running gateway: nothing it says is kept, and no new one could start. */
  const clearLost = async (instanceId: string): Promise<void> => {
    if (!lostItsDisk(instanceId)) return;
    log.warn("The directory of a running gateway is gone; the gateway is ended.", { instanceId });
    await stop(instanceId);
    machines.forget(instanceId);
  };

  return {
    name: "local",
    place: async (instanceId) => {
      const { home, workspace } = machines.at(instanceId);
      return { kind: "local", bind: "loopback", port: await machines.choosePort(instanceId), home, workspace };
    },
    launch: ({ instanceId, launchId, enrolmentToken, placement }) =>
      alone(instanceId, async () => {
        const record = machines.record(instanceId);
        if (record?.launchId === launchId) return machineOf(record);
        if (processes.get(instanceId)) {
          throw fault("CONFLICT", { message: "A gateway of another launch still runs for this instance." });
        }
        prepareForEnrolment(machines.at(instanceId), enrolUrl, enrolmentToken);
        return run(instanceId, { port: portOf(placement), launchId });
      }),
    observe: async ({ instanceId }) => {
      if (lostItsDisk(instanceId)) await alone(instanceId, () => clearLost(instanceId));
      return machines.observe(instanceId);
    },
    start: ({ instanceId }) =>
      alone(instanceId, async () => {
        const record = machines.record(instanceId);
        if (record && processes.get(instanceId)) return machineOf(record);
        if (!exists(machines.at(instanceId))) {
          throw fault("NOT_FOUND", { message: "The instance's directory is gone." });
        }
        exits.withdraw(instanceId);
        withdrawEnrolment(machines.at(instanceId));
        return run(instanceId, {
          port: await machines.choosePort(instanceId),
          launchId: record?.launchId ?? NO_LAUNCH,
        });
      }),
    stop: ({ instanceId }) => alone(instanceId, () => stop(instanceId)),
    terminate: ({ instanceId }) =>
      alone(instanceId, async () => {
        await stop(instanceId);
        await removeInstance(directory, instanceId);
        machines.forget(instanceId);
      }),
    list: async () => listInstances(directory).map((instanceId) => listed(machines, instanceId)),
    onExit: (listener) => exits.subscribe(listener),
    close: async () => {
      isClosed = true;
      const ours = new Set([...exits.untold(), ...machines.ids().filter((id) => processes.get(id) !== undefined)]);
      exits.close();
      await Promise.all([...ours].map((instanceId) => alone(instanceId, () => stop(instanceId))));
      processes.close();
      await emptied;
    },
  };
};

const spawnKoi = async (
  { koiBundle, env, model }: LocalDriverOptions,
  machines: Machines,
  instanceId: string,
  launch: { readonly port: number; readonly launchId: string },
): Promise<Machine> => {
  if (!existsSync(koiBundle)) {
    throw fault("PROGRAM_MISSING", { message: `${koiBundle} is missing. Build it with: npm run build` });
  }
  const { root, home } = machines.at(instanceId);
  const logFile = openGatewayLog(root);
  try {
    const made = machines.processes.spawn(instanceId, {
      program: process.execPath,
      args: [...HEAP, koiBundle, "instance", "run"],
      cwd: root,
      env: childEnvironment(env, model, { home, port: launch.port }),
      logFile,
    });
    return machines.started(made instanceof Promise ? await made : made, launch);
  } finally {
    closeSync(logFile);
  }
};

const listed = (machines: Machines, instanceId: string): ListedMachine => {
  const state = machines.observe(instanceId);
  const externalId = state.kind === "absent" ? "none" : state.externalId;
  return { instanceId, externalId, running: state.kind === "running" };
};

const portOf = ({ port }: Readonly<Record<string, unknown>>): number => {
  if (typeof port === "number" && Number.isInteger(port)) return port;
  throw fault("INTERNAL", { detail: "a local placement without a port" });
};
