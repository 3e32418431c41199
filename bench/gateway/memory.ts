/** What the gateway occupies: idle, and after a day's work. */

import type { BareNode } from "../bare-node.ts";
import { residentMb, sleep } from "../processes.ts";
import type { Figure } from "../report.ts";
import type { Bench } from "./running-gateway.ts";
import { benchSessions, turnRate } from "./turn.ts";

const SESSIONS = 50;
const ROUNDS = 4;
const TURNS_A_ROUND = 5;

export const benchMemory = async (bench: Bench, bare: BareNode, idleMs: number): Promise<Figure[]> => {
  const { client, pid, stop } = await bench.start();
  const askedBefore = bench.model.requests.length;
  await sleep(idleMs);
  const idleMb = residentMb(pid);
  const asked = bench.model.requests.length - askedBefore;
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await turnRate(client, benchSessions(SESSIONS), TURNS_A_ROUND);
    rounds.push(residentMb(pid));
  }
  const busyMb = rounds.at(-1) ?? Number.NaN;
  await sleep(idleMs);
  await stop();
  const turns = SESSIONS * ROUNDS * TURNS_A_ROUND;
  const growth = rounds.map((mb) => mb.toFixed(0)).join(", ");
  return [
    { what: "bare Node: idle memory", value: bare.idleMb, unit: "MB" },
    { what: "idle memory after 10 s", value: idleMb, unit: "MB", goal: 90, openClaw: "800 MB" },
    { what: "  as a multiple of bare Node", value: idleMb / bare.idleMb, unit: "x", goal: 2.2 },
    {
      what: `memory after ${turns} turns over ${SESSIONS} sessions`,
      value: busyMb,
      unit: "MB",
      goal: 130,
      openClaw: "1,585 MB",
      note: `by quarters ${growth}`,
    },
    { what: "requests to a model by an idle gateway", value: asked, unit: "", goal: 0, openClaw: "0.6 M tokens a day" },
  ];
};
