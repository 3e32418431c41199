/** Watches a gateway connection for somebody who waits for events: gaps that were not replayed, and its loss. */

import type { ConnectionState, GatewayClient } from "@skykoi/client";

export interface ConnectionWatch {
  /** It is back, but what happened in between was not replayed, for example after a restart of the gateway. */
  readonly onGap: () => void;
  /** It was closed, or did not come back in time. */
  readonly onLost: () => void;
  readonly reconnectTimeoutMs: number;
}

/** Returns the function that ends it. */
export const watchConnection = (client: GatewayClient, watch: ConnectionWatch): (() => void) => {
  let lossTimer: NodeJS.Timeout | undefined;
  const clear = (): void => {
    clearTimeout(lossTimer);
    lossTimer = undefined;
  };

  const look = (state: ConnectionState): void => {
    switch (state.kind) {
      case "open":
        clear();
        if (state.hello.cursorExpired) watch.onGap();
        return;
      case "closed":
        watch.onLost();
        return;
      case "connecting":
      case "waiting":
        // One limit for the whole absence, however many attempts it takes.
        lossTimer ??= setTimeout(watch.onLost, watch.reconnectTimeoutMs);
    }
  };

  const stop = client.onState(look);
  if (client.state.kind !== "open") look(client.state);
  return () => {
    clear();
    stop();
  };
};
