/** Runs every benchmark, or the ones named on the command line. */

import { measureBareNode } from "./bare-node.ts";
import { benchGateway } from "./gateway.ts";
import { benchPlatform } from "./platform.ts";
import { printHeader } from "./report.ts";

const IDLE_MS = 10_000;
const PARTS = { gateway: benchGateway, platform: benchPlatform };

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(PARTS, name));
if (unknown.length > 0) {
  process.stderr.write(`Unknown benchmark: ${unknown.join(", ")}. There are: ${Object.keys(PARTS).join(", ")}\n`);
  process.exit(2);
}

printHeader();
const bare = await measureBareNode(IDLE_MS);
for (const [name, bench] of Object.entries(PARTS)) {
  if (wanted.length === 0 || wanted.includes(name)) await bench(bare, IDLE_MS);
}
