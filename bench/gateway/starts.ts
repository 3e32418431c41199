/** What starts: the gateway until it says hello, and the commands people type. */

import { readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

import type { BareNode } from "../bare-node.ts";
import { KOI, timeToExit } from "../processes.ts";
import type { Figure } from "../report.ts";
import { summarize } from "../statistics.ts";
import type { Bench } from "./running-gateway.ts";

const STARTS = 8;
const COMMANDS = 8;

export const benchStarts = async (bench: Bench, bare: BareNode): Promise<Figure[]> => {
  const starts: number[] = [];
  for (let run = 0; run < STARTS; run++) {
    const gateway = await bench.start();
    starts.push(gateway.startMs);
    await gateway.stop();
  }
  const gateway = await bench.start();
  const url = `ws://127.0.0.1:${gateway.port}`;
  const version = await times(["--version"], gateway.env);
  const call = await times(["gateway", "call", "health", "--url", url], gateway.env);
  await gateway.stop();
  // The first of each also writes the cache of compiled code.
  const start = summarize(starts.slice(1));
  return [
    { what: "bare Node: `node -e 0`, p50", value: bare.startMs, unit: "ms" },
    { what: "process start to hello-ok, p50", ...worst(start), goal: 8 * bare.startMs, openClaw: "10 s" },
    { what: "  as a multiple of bare Node", value: start.p50 / bare.startMs, unit: "x", goal: 8 },
    { what: "`koi --version`, p50", ...worst(version), goal: 80, openClaw: "93 ms" },
    { what: "`koi gateway call health`, p50", ...worst(call), goal: 150, openClaw: "1,208 ms" },
    {
      what: "bundle on disk without Node and source maps",
      value: bundleMb(),
      unit: "MB",
      goal: 15,
      openClaw: "647 MB",
    },
  ];
};

const worst = ({ p50, max }: { readonly p50: number; readonly max: number }) =>
  ({ value: p50, unit: "ms", note: `worst ${max.toFixed(0)} ms` }) as const;

const times = async (args: readonly string[], env: NodeJS.ProcessEnv) => {
  const measured: number[] = [];
  for (let run = 0; run < COMMANDS; run++) measured.push(await timeToExit([KOI, ...args], env));
  return summarize(measured.slice(1));
};

const bundleMb = (): number => {
  const directory = dirname(KOI);
  const files = readdirSync(directory, { recursive: true, withFileTypes: true });
  const shipped = files.filter((entry) => entry.isFile() && !entry.name.endsWith(".map"));
  return shipped.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0) / 1e6;
};
