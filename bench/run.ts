/** Runs every benchmark, or the ones named on the command line. */

import { measureBareNode } from "./bare-node.ts";
import { benchGateway, GATEWAY_PARTS } from "./gateway/parts.ts";
import { benchPlatform } from "./platform.ts";
import { printHeader } from "./report.ts";

const IDLE_MS = 10_000;
const PARTS = { gateway: benchGateway, platform: benchPlatform };

const wanted = process.argv.slice(2);
const [first = "", ...rest] = wanted;
// `gateway turns`: one part of a part.
const isInGateway = first === "gateway" && rest.length > 0 && rest.every((name) => Object.hasOwn(GATEWAY_PARTS, name));
const unknown = isInGateway ? [] : wanted.filter((name) => !Object.hasOwn(PARTS, name));
if (unknown.length > 0) {
  const known = [...Object.keys(PARTS), ...Object.keys(GATEWAY_PARTS).map((name) => `gateway ${name}`)].join(", ");
  process.stderr.write(`Unknown benchmark: ${unknown.join(", ")}. There are: ${known}\n`);
  process.exit(2);
}

printHeader();
const bare = await measureBareNode(IDLE_MS);
for (const [name, bench] of Object.entries(PARTS)) {
  if (wanted.length === 0 || wanted.includes(name)) await bench(bare, IDLE_MS, isInGateway ? rest : []);
}
