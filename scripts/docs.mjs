/** `npm run docs`: renews the generated pages in docs/. */

import { handOver } from "./setup/child.mjs";
import { NODE, inRoot } from "./setup/paths.mjs";
import { runScript } from "./setup/progress.mjs";
import { makeReady } from "./setup/ready.mjs";

await runScript(async () => {
  await makeReady({ build: false });
  return handOver(NODE, [inRoot("scripts", "docs", "generate.ts")]);
});
