/** `set-heartbeats`, `last-heartbeat`, and the beats in the life of the gateway. */

import type { Feature } from "../feature.ts";
import { createTimer, type Timer } from "../cron/timer.ts";
import type { Handlers } from "../rpc/method-table.ts";
import type { Heartbeats, HeartbeatsOptions } from "./heartbeats.ts";

type HeartbeatMethods = Pick<Handlers, "set-heartbeats" | "last-heartbeat">;

type HeartbeatSource = Omit<HeartbeatsOptions, "timer"> & { readonly timer?: Timer };

export const createHeartbeatFeature = (source: HeartbeatSource): Feature<HeartbeatMethods> => {
  let opened: Promise<Heartbeats> | undefined;
  let unsubscribe: (() => void) | undefined;

  const open = async (): Promise<Heartbeats> => {
    const { openHeartbeats } = await import("./heartbeats.ts");
    return openHeartbeats({ ...source, timer: source.timer ?? createTimer() });
  };
  const heartbeats = (): Promise<Heartbeats> => {
    opened ??= open().catch((thrown: unknown) => {
      opened = undefined;
      throw thrown;
    });
    return opened;
  };
  const look = async (): Promise<void> => {
    try {
      await (await heartbeats()).look();
    } catch (thrown) {
      source.log.error("heartbeats not started", { error: thrown });
    }
  };

  return {
    methods: {
      "set-heartbeats": async ({ enabled }) => {
        await (await heartbeats()).switchOn(enabled);
        return { ok: true, enabled };
      },
      "last-heartbeat": async () => {
        const asked = await heartbeats();
        await asked.look();
        return asked.told();
      },
    },
    begin: () => {
      unsubscribe = source.config.subscribe(() => void look());
    },
    tick: () => void look(),
    stop: () => {
      unsubscribe?.();
      void opened?.then((started) => started.stop()).catch(() => undefined);
    },
    close: async () => {
      await (await opened?.catch(() => undefined))?.stop();
    },
  };
};
