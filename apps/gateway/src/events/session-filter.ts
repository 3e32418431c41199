/** Which sessions' events a connection wants: all of them until it first says otherwise. */

import { fault } from "@skykoi/fault";

export interface SessionFilter {
  readonly wants: (sessionKey: string) => boolean;
  /** Without a key: all sessions. Throws INVALID_REQUEST for one key too many. */
  subscribe(sessionKey: string | undefined): void;
  /** Without a key: no session any more. */
  unsubscribe(sessionKey: string | undefined): void;
  /** The chosen keys; `*` stands for all. */
  subscribed(): string[];
}

/** A client that wants more than this wants them all. */
const MAX_CHOSEN = 256;

export const createSessionFilter = (): SessionFilter => {
  let chosen: ReadonlySet<string> | "all" = "all";
  const keys = (): string[] => (chosen === "all" ? [] : [...chosen]);

  return {
    wants: (sessionKey) => chosen === "all" || chosen.has(sessionKey),
    subscribe: (sessionKey) => {
      const wished = sessionKey === undefined ? "all" : new Set([...keys(), sessionKey]);
      if (wished !== "all" && wished.size > MAX_CHOSEN) {
        throw fault("INVALID_REQUEST", {
          message: `A connection follows ${MAX_CHOSEN} sessions by name at most; without a key it follows all of them.`,
        });
      }
      chosen = wished;
    },
    unsubscribe: (sessionKey) => {
      chosen = sessionKey === undefined ? new Set() : new Set(keys().filter((key) => key !== sessionKey));
    },
    subscribed: () => (chosen === "all" ? ["*"] : keys()),
  };
};
