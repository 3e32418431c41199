/** What the driver remembers of an instance's process across its own restarts: one small file beside the home. */

import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface ProcessRecord {
  readonly pid: number;
  /** See `process-identity.ts`. */
  readonly identity: string;
  readonly port: number;
  /** The launch that this process, or the first of its line, came from. */
  readonly launchId: string;
  /** `stopped`: on request. `exited`: by itself. */
  readonly state: "running" | "stopped" | "exited";
  /** Null while it runs, and when nobody saw how it ended. */
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** Synchronous on purpose: written in the same tick in which the process was made, so that none is ever forgotten. */
export const writeProcessRecord = (directory: string, record: ProcessRecord): void => {
  const path = recordPath(directory);
  writeFileSync(`${path}.new`, JSON.stringify(record), { mode: 0o600 });
  renameSync(`${path}.new`, path);
};

/** Undefined when there is none, or none that can be read: then nothing was launched as far as anybody knows. */
export const readProcessRecord = (directory: string): ProcessRecord | undefined => {
  try {
    const value: unknown = JSON.parse(readFileSync(recordPath(directory), "utf8"));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

const recordPath = (directory: string): string => join(directory, "process.json");

const isRecord = (value: unknown): value is ProcessRecord =>
  typeof value === "object" &&
  value !== null &&
  "pid" in value &&
  typeof value.pid === "number" &&
  "identity" in value &&
  typeof value.identity === "string" &&
  "port" in value &&
  typeof value.port === "number" &&
  "launchId" in value &&
  typeof value.launchId === "string" &&
  "state" in value &&
  (value.state === "running" || value.state === "stopped" || value.state === "exited") &&
  "exitCode" in value &&
  (value.exitCode === null || typeof value.exitCode === "number") &&
  "signal" in value &&
  (value.signal === null || typeof value.signal === "string");
