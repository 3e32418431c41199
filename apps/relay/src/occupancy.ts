/** Counts the open sockets of each person and refuses one too many. */

import { fault } from "@skykoi/fault";
import type { WebSocket } from "ws";

export interface Occupancy {
  /** Counts until the socket closes. Throws RATE_LIMITED. */
  enter(userId: string, webSocket: WebSocket): void;
}

export const createOccupancy = (maxPerUser: number): Occupancy => {
  const socketsOf = new Map<string, Set<WebSocket>>();
  return {
    enter: (userId, webSocket) => {
      const sockets = socketsOf.get(userId) ?? new Set();
      if (sockets.size >= maxPerUser) {
        throw fault("RATE_LIMITED", { message: "Too many connections are open. Close a few windows and try again." });
      }
      socketsOf.set(userId, sockets.add(webSocket));
      webSocket.once("close", () => {
        sockets.delete(webSocket);
        if (sockets.size === 0) socketsOf.delete(userId);
      });
    },
  };
};
