/** `npm run simulate [-- filter]`: the long form of the simulations. SKYKOI_SEED repeats a run. */

import { handOver } from "./setup/child.mjs";
import { NODE, inRoot } from "./setup/paths.mjs";
import { runScript } from "./setup/progress.mjs";
import { makeReady } from "./setup/ready.mjs";

await runScript(async () => {
  await makeReady({ build: true });
  const env = { ...process.env, SKYKOI_SIMULATION: "long" };
  const vitest = inRoot("node_modules", "vitest", "vitest.mjs");
  return handOver(NODE, [vitest, "run", "--project", "simulation", ...process.argv.slice(2)], { env });
});
