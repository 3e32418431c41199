/** `koi instance run`: what the service of an instance starts. Enrols on the first boot, then is the gateway. */

import { resolveHome } from "@skykoi/config";

import type { Command } from "../command.ts";
import { removeEnrolment, readEnrolment } from "../enrolment/enrolment-file.ts";
import { enrol, reportingFailure } from "../enrolment/enrol.ts";
import { createPlatformClient } from "../enrolment/platform-client.ts";
import { readOptions } from "../options.ts";
import { serve, type Listening } from "../serve.ts";

export const instanceRun: Command = async (context) => {
  readOptions(context.args, []);
  const home = resolveHome(context.env);
  const enrolment = await readEnrolment(home);
  if (!enrolment) return serve({ context });

  const platform = createPlatformClient(enrolment);
  await enrol({ home, platform, env: context.env });
  const startedAt = performance.now();
  const onListening = async ({ gateway, log, stop }: Listening): Promise<void> => {
    const durationMs = Math.round(performance.now() - startedAt);
    platform.progress({ step: "service", state: "done", title: "Started the gateway", durationMs });
    await platform.complete({ gatewayVersion: gateway.version, gatewayUrl: gateway.url }, stop);
    await removeEnrolment(home);
    log.info("enrolled");
  };
  return reportingFailure(platform, { step: "service", title: "The gateway did not start" }, () =>
    serve({ context, onListening }),
  );
};
