/** `koi instance run`: what the service of an instance starts. Enrols on the first boot, then is the gateway. */

import { resolveHome } from "@skykoi/config";

import type { Command } from "../command.ts";
import { removeEnrolment, readEnrolment } from "../enrolment/enrolment-file.ts";
import { enrol } from "../enrolment/enrol.ts";
import { createPlatformClient } from "../enrolment/platform-client.ts";
import { readOptions } from "../options.ts";
import { serve } from "../serve.ts";

export const instanceRun: Command = async (context) => {
  readOptions(context.args, []);
  const home = resolveHome(context.env);
  const enrolment = await readEnrolment(home);
  if (!enrolment) return serve({ context });

  const platform = createPlatformClient(enrolment);
  await enrol({ home, platform });
  const startedAt = performance.now();
  return serve({
    context,
    onListening: async ({ url, version }, log) => {
      const durationMs = Math.round(performance.now() - startedAt);
      platform.progress({ step: "service", state: "done", title: "Started the gateway", durationMs });
      await platform.complete({ gatewayVersion: version, gatewayUrl: url });
      await removeEnrolment(home);
      log.info("enrolled");
    },
  });
};
