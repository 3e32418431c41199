/** `npm run build`: leaves dist/koi.mjs and the dashboard's production build. */

import { runScript } from "./setup/progress.mjs";
import { makeReady } from "./setup/ready.mjs";

await runScript(async () => {
  await makeReady({ build: true });
  process.stderr.write("Built: dist/koi.mjs, apps/dashboard/.next\n");
  return 0;
});
