/** Opens the waiting system events when somebody needs them: most starts have none and read nothing. */

import { join } from "node:path";

import type { Logger } from "@skykoi/log";

import type { HealthMonitor } from "../health/health-monitor.ts";
import type { SystemEvents } from "./system-events.ts";

export interface SystemEventsLoaderOptions {
  readonly home: string;
  readonly health: Pick<HealthMonitor, "report">;
  readonly now: () => number;
  readonly log: Logger;
}

export const createSystemEventsLoader = ({ home, health, now, log }: SystemEventsLoaderOptions) => {
  let opened: Promise<SystemEvents> | undefined;

  const open = async (): Promise<SystemEvents> => {
    const { openSystemEvents } = await import("./system-events.ts");
    const path = join(home, "system-events.json");
    const onCorrupt = (): void => {
      log.error("waiting system events not readable", { path });
      health.report("cron", `What waited in ${path} could not be read.`);
    };
    return openSystemEvents({ path, now, onCorrupt });
  };

  return (): Promise<SystemEvents> => {
    opened ??= open().catch((thrown: unknown) => {
      opened = undefined;
      throw thrown;
    });
    return opened;
  };
};
