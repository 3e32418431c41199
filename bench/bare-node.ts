/** The fixed thing every figure stands beside: a Node process that does nothing. */

import { spawn } from "node:child_process";

import { residentMb, sleep, stop, timeToExit } from "./processes.ts";
import { summarize } from "./statistics.ts";

export interface BareNode {
  /** p50 of `node -e 0`, spawn to exit. */
  readonly startMs: number;
  /** Resident memory of an idle process after the same time as the gateway. */
  readonly idleMb: number;
}

export const measureBareNode = async (idleMs: number): Promise<BareNode> => {
  const starts: number[] = [];
  for (let run = 0; run < 11; run++) starts.push(await timeToExit(["-e", "0"]));
  const idle = spawn(process.execPath, ["-e", "setInterval(() => undefined, 1 << 30)"], { stdio: "ignore" });
  await sleep(idleMs);
  const idleMb = residentMb(idle.pid ?? -1);
  await stop(idle);
  return { startMs: summarize(starts.slice(1)).p50, idleMb };
};
