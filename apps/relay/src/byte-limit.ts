/** Bounds what a stranger can make us hold in memory: WebSocket frames are only counted when they are complete. */

import type { Duplex } from "node:stream";

/** Calls `onExceeded` once; returns the function that ends the counting. */
export const limitUnauthenticatedBytes = (socket: Duplex, maxBytes: number, onExceeded: () => void): (() => void) => {
  let seen = 0;
  const count = (chunk: Buffer): void => {
    seen += chunk.length;
    if (seen <= maxBytes) return;
    stop();
    onExceeded();
  };
  const stop = (): void => void socket.off("data", count);
  socket.on("data", count);
  return stop;
};
