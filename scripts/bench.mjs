/** `npm run bench [-- part]`: measures the figures of bench/README.md on this machine, beside bare Node. */

import { handOver } from "./setup/child.mjs";
import { NODE, inRoot } from "./setup/paths.mjs";
import { runScript } from "./setup/progress.mjs";
import { makeReady } from "./setup/ready.mjs";

await runScript(async () => {
  await makeReady({ build: true });
  return handOver(NODE, [inRoot("bench", "run.ts"), ...process.argv.slice(2)]);
});
