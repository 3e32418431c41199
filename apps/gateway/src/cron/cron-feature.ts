/** `cron.*`: a thin front. The scheduler behind it is loaded when there is something to schedule. */

import { access } from "node:fs/promises";
import { join } from "node:path";

import { createCronTool } from "@skykoi/agent";
import { fault } from "@skykoi/fault";

import type { GatewayContext } from "../context.ts";
import type { Feature } from "../feature.ts";
import type { Handlers } from "../rpc/method-table.ts";
import { createAgentCronOperations } from "./agent-operations.ts";
import type { CronRoom, CronRoomOptions } from "./cron-room.ts";

type CronMethods = Pick<
  Handlers,
  "cron.list" | "cron.status" | "cron.runs" | "cron.add" | "cron.update" | "cron.remove" | "cron.run"
>;

type CronSource = CronRoomOptions & Pick<GatewayContext, "roomTools">;

export const createCronFeature = (source: CronSource): Feature<CronMethods> => {
  let opened: Promise<CronRoom> | undefined;

  const open = async (): Promise<CronRoom> => {
    const { openCronRoom } = await import("./cron-room.ts");
    const room = await openCronRoom(source);
    room.start();
    return room;
  };
  /** Opened and started on first use. */
  const room = (): Promise<CronRoom> => {
    opened ??= open().catch((thrown: unknown) => {
      opened = undefined;
      throw thrown;
    });
    return opened;
  };

  const timeZone = (): string => source.config.current().agents.defaults.userTimezone;
  source.roomTools.add(() => createCronTool(createAgentCronOperations({ room, timeZone })));

  const resume = async (): Promise<void> => {
    try {
      await access(join(source.home, "cron", "jobs.json"));
    } catch {
      // Nothing was ever scheduled.
      return;
    }
    try {
      await room();
    } catch (thrown) {
      source.log.error("scheduled jobs not started", { error: thrown });
      source.monitor.report("cron", "The scheduled jobs could not be started; see the log.");
    }
  };

  return {
    methods: {
      "cron.list": async (params) => (await room()).list(params),
      "cron.status": async () => (await room()).status(),
      "cron.runs": async (params) => (await room()).runs(params),
      "cron.add": async (params) => (await room()).add(params),
      "cron.update": async ({ patch, ...named }) => (await room()).update(jobIdOf(named), patch),
      "cron.remove": async (named) => ({ ok: true, removed: await (await room()).remove(jobIdOf(named)) }),
      "cron.run": async ({ mode = "force", ...named }) => (await room()).run(jobIdOf(named), mode),
    },
    begin: () => void resume(),
    stop: () => void opened?.then((started) => started.stop()).catch(() => undefined),
    close: async () => {
      await (await opened?.catch(() => undefined))?.stop();
    },
  };
};

const jobIdOf = ({ id, jobId = id }: { readonly id?: string; readonly jobId?: string }): string => {
  if (jobId === undefined) throw fault("INVALID_REQUEST", { message: "Name the job by its id." });
  return jobId;
};
