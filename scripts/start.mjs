/** `npm start`: sets up what is missing, then runs SkyKoi on this machine until Ctrl-C. */

import { handOver } from "./setup/child.mjs";
import { NODE, inRoot } from "./setup/paths.mjs";
import { runScript } from "./setup/progress.mjs";
import { makeReady } from "./setup/ready.mjs";

await runScript(async () => {
  await makeReady({ build: true });
  return handOver(NODE, [inRoot("apps", "standalone", "src", "main.ts")], { ipc: true });
});
