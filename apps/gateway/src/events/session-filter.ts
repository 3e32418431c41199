/** Which sessions' events a connection wants: all of them until it first says otherwise. */

export interface SessionFilter {
  readonly wants: (sessionKey: string) => boolean;
  /** Without a key: all sessions. */
  subscribe(sessionKey: string | undefined): void;
  /** Without a key: no session any more. */
  unsubscribe(sessionKey: string | undefined): void;
  /** The chosen keys; `*` stands for all. */
  subscribed(): string[];
}

export const createSessionFilter = (): SessionFilter => {
  let chosen: ReadonlySet<string> | "all" = "all";
  const keys = (): string[] => (chosen === "all" ? [] : [...chosen]);

  return {
    wants: (sessionKey) => chosen === "all" || chosen.has(sessionKey),
    subscribe: (sessionKey) => {
      chosen = sessionKey === undefined ? "all" : new Set([...keys(), sessionKey]);
    },
    unsubscribe: (sessionKey) => {
      chosen = sessionKey === undefined ? new Set() : new Set(keys().filter((key) => key !== sessionKey));
    },
    subscribed: () => (chosen === "all" ? ["*"] : keys()),
  };
};
