/** What the agent can do with scheduled jobs, as a port: the scheduler lives elsewhere. */

import type { RunOrigin } from "../../port.ts";

export type JobSchedule =
  /** Once: an ISO time, with or without its offset, or a time from now like `20m`. */
  | { readonly kind: "at"; readonly at: string }
  | { readonly kind: "every"; readonly everyMs: number }
  /** Five fields; without a zone on the person's clock. */
  | { readonly kind: "cron"; readonly expr: string; readonly tz?: string };

/** `here`: a message in this conversation. `isolated`: a conversation of its own, whose answer is told here. */
export type JobPlace = "here" | "isolated";

interface JobRequest {
  readonly name: string;
  readonly schedule: JobSchedule;
  readonly message: string;
  readonly place: JobPlace;
}

export type JobChange = Partial<JobRequest> & { readonly enabled?: boolean };

export interface ScheduledJob {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly isRunning: boolean;
  readonly schedule: JobSchedule;
  /** `isolated`, `main`, or the key of a session. */
  readonly place: string;
  readonly message: string;
  /** The next few, the earliest first. */
  readonly nextRunsMs: readonly number[];
  readonly last?: { readonly status: string; readonly error?: string };
}

/** Of the agent of the run alone. Whatever is wrong with a request is a thrown fault with a sentence. */
export interface CronOperations {
  status(): Promise<{ readonly enabled: boolean; readonly nextWakeAtMs?: number | undefined }>;
  list(run: RunOrigin): Promise<readonly ScheduledJob[]>;
  add(run: RunOrigin, request: JobRequest): Promise<ScheduledJob>;
  update(run: RunOrigin, id: string, change: JobChange): Promise<ScheduledJob>;
  remove(run: RunOrigin, id: string): Promise<void>;
  /** Besides its times. */
  run(run: RunOrigin, id: string): Promise<"started" | "already-running">;
  /** IANA name. */
  timeZone(): string;
}
