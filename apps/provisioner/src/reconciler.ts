/**
 * Keeps every instance on its way from desired to observed with three deliberate loops: a feed of hints that makes it
 * fast, a poll of what is due that makes it certain, and a slow sweep that finds what no record knows.
 */

import { nodeSocket } from "@skykoi/client/node";
import type { Socket } from "@skykoi/client";
import type { Control, GatewayAddress } from "@skykoi/control";
import type { Logger } from "@skykoi/log";

import type { Driver } from "./drivers/driver.ts";
import { createHealthCheck, type HealthCheck } from "./health-check.ts";
import type { PassContext } from "./look.ts";
import { pass } from "./pass.ts";
import { DEFAULT_POLICY, type Policy } from "./policy.ts";
import { sweep } from "./sweep.ts";
import { createWakeTimer } from "./wake-timer.ts";
import { createWorkQueue } from "./work-queue.ts";

export interface ReconcilerOptions {
  readonly control: Pick<Control, "fleet" | "enrolment" | "changes">;
  readonly driver: Driver;
  readonly log: Logger;
  /** How a gateway is dialled for its health check. Default: its address, with its pinned certificate. */
  readonly openGateway?: (address: GatewayAddress) => Socket;
  /** Replaces the health check over `openGateway`. */
  readonly health?: HealthCheck;
  readonly policy?: Policy;
  /** Instances worked on at the same time. */
  readonly concurrency?: number;
  /** At most so long between two looks for what is due. */
  readonly pollIntervalMs?: number;
  readonly sweepIntervalMs?: number;
  readonly now?: () => Date;
  readonly random?: () => number;
}

export interface Reconciler {
  /** Resolves when the first sweep has compared everything. Throws when the driver or the database does not answer. */
  start(): Promise<void>;
  /** Takes up nothing new and resolves when steps in progress have ended. Machines are left as they are. */
  stop(): Promise<void>;
}

const DUE_BATCH = 100;

export const createReconciler = (options: ReconcilerOptions): Reconciler => {
  const { control, driver, log, concurrency = 16, pollIntervalMs = 1_000, sweepIntervalMs = 60_000 } = options;
  const { now = () => new Date(), random = Math.random, policy = DEFAULT_POLICY } = options;
  const { fleet, enrolment } = control;
  const health = options.health ?? createHealthCheck({ openGateway: options.openGateway ?? dial });
  const context: PassContext = { fleet, enrolment, driver, health, policy, now, random, log };

  /** Only a hint that makes the feed fast: what is missing here is found by the poll. */
  const instanceOfAgent = new Map<string, string>();

  const look = async (instanceId: string): Promise<boolean> => {
    try {
      const { outcome, agentId, isOver } = await pass(context, instanceId);
      if (agentId !== undefined && isOver) instanceOfAgent.delete(agentId);
      else if (agentId !== undefined) instanceOfAgent.set(agentId, instanceId);
      if (!outcome.again && outcome.until) poll.wakeAt(outcome.until);
      return outcome.again;
    } catch (error) {
      log.error("A pass failed; what is due is looked at again.", { instanceId, error });
      return false;
    }
  };

  const queue = createWorkQueue({ concurrency, work: look });

  const poll = createWakeTimer({
    intervalMs: pollIntervalMs,
    now,
    work: async () => {
      try {
        for (const instanceId of await fleet.due(now(), DUE_BATCH)) queue.add(instanceId);
      } catch (error) {
        log.error("What is due could not be read; it is tried again.", { error });
      }
    },
  });

  const sweepAll = (): Promise<void> => sweep({ fleet, driver, log, look: (id) => queue.add(id) });

  const sweeping = createWakeTimer({
    intervalMs: sweepIntervalMs,
    now,
    work: () => sweepAll().catch((error: unknown) => log.error("A sweep failed; the next one tries again.", { error })),
  });

  const hint = (agentId: string): void => {
    const instanceId = instanceOfAgent.get(agentId);
    if (instanceId === undefined) poll.wakeAt(now());
    else queue.add(instanceId);
  };

  let unsubscribe: (() => void)[] = [];

  return {
    start: async () => {
      unsubscribe = [control.changes.subscribe(hint), driver.onExit((id) => queue.add(id))];
      await sweepAll();
      poll.start();
      sweeping.start();
    },
    stop: async () => {
      for (const end of unsubscribe) end();
      await Promise.all([poll.stop(), sweeping.stop()]);
      await queue.stop();
    },
  };
};

const dial = ({ url, certificateFingerprint }: GatewayAddress): Socket =>
  nodeSocket(url, certificateFingerprint ? { certificateFingerprint } : {});
