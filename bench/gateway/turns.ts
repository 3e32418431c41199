/** What the gateway adds to a turn whose model answers at once, and how many it does a second. */

import { cpuMs } from "../processes.ts";
import type { Figure } from "../report.ts";
import type { Summary } from "../statistics.ts";
import type { Bench } from "./running-gateway.ts";
import { benchSessions, measureTurns, turn, turnRate } from "./turn.ts";

const WARM_TURNS = 300;
const NEW_SESSIONS = 30;
const TURNS_ALONE = 200;
const TURNS_EACH = 40;

export const benchTurns = async (bench: Bench): Promise<Figure[]> => {
  const { client, pid, stop } = await bench.start();
  const cold = await turn(client, "main");
  // Until the code that runs is compiled.
  await turnRate(client, ["main"], 50);
  const cpuBefore = cpuMs(pid);
  const warm = await measureTurns(
    client,
    Array.from({ length: WARM_TURNS }, () => "main"),
  );
  const cpuOfTurn = (cpuMs(pid) - cpuBefore) / WARM_TURNS;
  const first = await measureTurns(client, benchSessions(NEW_SESSIONS));
  const alone = await turnRate(client, ["agent:main:alone"], TURNS_ALONE);
  const together = await turnRate(client, benchSessions(8), TURNS_EACH);
  await stop();
  return [
    { what: `warm turn, acknowledged (durable), p50 of ${WARM_TURNS}`, ...p50(warm.ack), goal: 5, openClaw: "40 ms" },
    { what: "warm turn, first delta, p50", ...p50(warm.delta), goal: 10, openClaw: "287 ms" },
    { what: "warm turn, final, p50", ...p50(warm.final), goal: 15, openClaw: "320 ms" },
    { what: `first turn of a session, p50 of ${NEW_SESSIONS}`, ...p50(first.final), goal: 50, openClaw: "3.9 to 7 s" },
    { what: "very first turn (loads the provider)", value: cold.finalMs, unit: "ms" },
    { what: "CPU of a warm turn", value: cpuOfTurn, unit: "ms", goal: 10, openClaw: "355 to 495 ms" },
    { what: "turns a second, one session", value: alone, unit: "/s", atLeast: 80, openClaw: "2.6" },
    { what: "turns a second, eight sessions", value: together, unit: "/s", atLeast: 150, openClaw: "3.3" },
  ];
};

const p50 = ({ p50: value, p99 }: Summary) => ({ value, unit: "ms", note: `p99 ${p99.toFixed(1)} ms` }) as const;
