/** Who decides about commands: the configuration's policy, what was allowed for good, and the people at the clients. */

import { createExecGate, type ExecGate } from "@skykoi/agent";
import type { Logger } from "@skykoi/log";

import type { EventHub } from "../events/event-hub.ts";
import type { LiveConfig } from "../live-config.ts";
import { createAllowFile, type AllowFile } from "./allow-file.ts";
import { createPendingApprovals, type PendingApprovals } from "./pending-approvals.ts";

export interface ExecApprovals {
  readonly gate: ExecGate;
  readonly pending: PendingApprovals;
  readonly allowed: AllowFile;
}

export interface ExecApprovalsOptions {
  readonly home: string;
  readonly config: LiveConfig;
  readonly hub: EventHub;
  /** How long a person may take to answer. */
  readonly limitMs: number;
  readonly now: () => number;
  readonly log: Logger;
}

export const createExecApprovals = ({ home, config, hub, limitMs, now, log }: ExecApprovalsOptions): ExecApprovals => {
  const allowed = createAllowFile(home, log);
  const pending = createPendingApprovals({
    limitMs,
    now,
    requested: (request) => hub.broadcast("exec.approval.requested", request),
    resolved: (resolution) => hub.broadcast("exec.approval.resolved", resolution),
  });
  const policy = () => config.current().tools.exec;
  return { gate: createExecGate({ policy, approvals: pending, allowed }), pending, allowed };
};
