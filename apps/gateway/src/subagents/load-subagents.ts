/** Opens the room of the sub-agents on first use: most starts have none at work and read nothing. */

import { existsSync } from "node:fs";
import { join } from "node:path";

import type { SubagentsOptions, SubagentsRoom } from "./subagents.ts";

export interface Subagents {
  readonly room: () => Promise<SubagentsRoom>;
  /** As the room's; without any sub-agent it is not opened. */
  readonly of: SubagentsRoom["of"];
  readonly stop: SubagentsRoom["stop"];
  /** Goes on with what an earlier life left. */
  readonly begin: () => void;
  readonly close: () => Promise<void>;
}

export const createSubagentsLoader = (options: SubagentsOptions): Subagents => {
  let opened: Promise<SubagentsRoom> | undefined;
  let openRoom: SubagentsRoom | undefined;
  const hasLeft = (): boolean => existsSync(join(options.home, "subagents.json"));

  const open = async (): Promise<SubagentsRoom> => {
    const { openSubagents } = await import("./subagents.ts");
    const room = await openSubagents(options);
    openRoom = room;
    room.resume();
    return room;
  };
  const room = (): Promise<SubagentsRoom> => {
    opened ??= open().catch((thrown: unknown) => {
      opened = undefined;
      throw thrown;
    });
    return opened;
  };

  return {
    room,
    of: (parentKey) => openRoom?.of(parentKey) ?? [],
    stop: async (parentKey, runIds) => (opened || hasLeft() ? (await room()).stop(parentKey, runIds) : []),
    begin: () => {
      if (!hasLeft()) return;
      room().catch((error: unknown) => options.log.error("sub-agents not taken up again", { error }));
    },
    close: async () => {
      await (await opened?.catch(() => undefined))?.close();
    },
  };
};
