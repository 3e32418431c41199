/** Ends a socket politely, and for certain: a peer that does not answer the close is cut off. */

import type { WebSocket } from "ws";

export const closeSoon = (
  webSocket: WebSocket,
  close: { code: number; reason: string | Buffer },
  timeoutMs: number,
): void => {
  if (webSocket.readyState === webSocket.CLOSED) return;
  webSocket.close(close.code, close.reason);
  // The peer's own close frame must be read, also when the socket was held.
  webSocket.resume();
  const timer = setTimeout(() => webSocket.terminate(), timeoutMs);
  webSocket.once("close", () => clearTimeout(timer));
};
