/** `npm start`: sets up what is missing, then runs SkyKoi on this machine until Ctrl-C. */

import { handOver } from "./setup/child.mjs";
import { NODE, inRoot } from "./setup/paths.mjs";
import { runScript } from "./setup/progress.mjs";
import { makeReady } from "./setup/ready.mjs";

await runScript(async () => {
  await makeReady({ build: true });
  // Sources are stripped of their types and compiled once; later starts read the result.
  const env = { NODE_COMPILE_CACHE: inRoot("node_modules", ".cache", "compile"), ...process.env };
  return handOver(NODE, [inRoot("apps", "standalone", "src", "main.ts")], { ipc: true, env });
});
