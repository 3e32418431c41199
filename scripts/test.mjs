/** `npm test [-- filter]`: sets up what is missing, then runs every suite, or the ones the filter names. */

import { handOver } from "./setup/child.mjs";
import { NODE, inRoot } from "./setup/paths.mjs";
import { runScript } from "./setup/progress.mjs";
import { makeReady } from "./setup/ready.mjs";

await runScript(async () => {
  await makeReady({ build: true });
  return handOver(NODE, [inRoot("node_modules", "vitest", "vitest.mjs"), "run", ...process.argv.slice(2)]);
});
