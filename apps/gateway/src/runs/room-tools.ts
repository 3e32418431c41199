/** Tools that rooms of the gateway give the agent; made when the first turn wants them. */

import type { Tool } from "@skykoi/agent";

export interface RoomTools {
  add(make: () => Tool): void;
  all(): readonly Tool[];
}

export const createRoomTools = (): RoomTools => {
  const makers: (() => Tool)[] = [];
  let made: readonly Tool[] = [];
  return {
    add: (make) => void makers.push(make),
    all: () => {
      if (made.length < makers.length) made = makers.map((make) => make());
      return made;
    },
  };
};
