/** The figures of the gateway by concern; each part can be measured alone. */

import type { BareNode } from "../bare-node.ts";
import { printFigures, type Figure } from "../report.ts";
import { benchMemory } from "./memory.ts";
import { benchRequests } from "./requests.ts";
import { createBench, type Bench } from "./running-gateway.ts";
import { benchSlowClients } from "./slow-clients.ts";
import { benchStarts } from "./starts.ts";
import { benchTurns } from "./turns.ts";

type Part = (bench: Bench, bare: BareNode, idleMs: number) => Promise<Figure[]>;

export const GATEWAY_PARTS: Readonly<Record<string, Part>> = {
  starts: benchStarts,
  memory: benchMemory,
  turns: benchTurns,
  requests: benchRequests,
  slow: benchSlowClients,
};

/** All of them when none is named. */
export const benchGateway = async (bare: BareNode, idleMs: number, wanted: readonly string[]): Promise<void> => {
  for (const [name, measure] of Object.entries(GATEWAY_PARTS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const bench = await createBench();
    try {
      printFigures(`Gateway, ${name}`, await measure(bench, bare, idleMs));
    } finally {
      await bench.close();
    }
  }
};
