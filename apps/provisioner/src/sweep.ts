/** The slow comparison of everything that should exist with everything that does: alone it must converge. */

import type { FleetService, Phase } from "@skykoi/control";
import type { Logger } from "@skykoi/log";

import type { Driver, ListedMachine } from "./drivers/driver.ts";
import { callDriver } from "./look.ts";

export interface SweepContext {
  readonly fleet: FleetService;
  readonly driver: Driver;
  readonly log: Logger;
  /** Asks for a pass. */
  readonly look: (instanceId: string) => void;
}

export const sweep = async ({ fleet, driver, log, look }: SweepContext): Promise<void> => {
  // The machines first: one that is launched after this line is known, and at worst looked at once too often.
  const listed = await callDriver(driver.list(), "Listing the instances");
  const known = await fleet.known();
  const machines = new Map(listed.map((machine) => [machine.instanceId, machine]));
  for (const { instanceId, phase } of known) {
    if (!agrees(phase, machines.get(instanceId))) look(instanceId);
    machines.delete(instanceId);
  }
  for (const orphan of machines.values()) await endOrphan({ fleet, driver, log, look }, orphan);
};

/** Whether phase and machine can stay as they are; everything on its way is looked at anyway. */
const agrees = (phase: Phase, machine: ListedMachine | undefined): boolean => {
  switch (phase) {
    case "ready":
    case "degraded":
      return machine?.running === true;
    case "stopped":
    case "failed":
      return machine?.running !== true;
    case "terminated":
      return machine === undefined;
    case "requested":
    case "launching":
    case "booting":
    case "enrolling":
    case "verifying":
    case "stopping":
    case "starting":
    case "terminating":
      return false;
    default:
      return phase satisfies never;
  }
};

/**
 * A machine of a deleted agent is deleted. One that this database has never heard of may belong to another database
 * used with the same machines before: it is stopped, and its disk is left for somebody to decide.
 */
const endOrphan = async ({ fleet, driver, log }: SweepContext, orphan: ListedMachine): Promise<void> => {
  const { instanceId, externalId, running } = orphan;
  const ref = { instanceId, externalId };
  try {
    const loaded = await fleet.load(instanceId);
    if (loaded && loaded.instance.phase !== "terminated") return;
    if (loaded) {
      log.warn("A machine of a deleted agent is removed.", ref);
      await callDriver(driver.terminate(ref), "Deleting the instance");
    } else if (running) {
      log.warn("A machine that no agent belongs to is stopped; its disk is kept.", ref);
      await callDriver(driver.stop(ref), "Stopping the instance");
    }
  } catch (error) {
    log.warn("An orphaned machine could not be ended; the next sweep tries again.", { ...ref, error });
  }
};
