/** The WebSocket of the browser (and of any runtime with the standard global) as a socket of this package. */

import { CLOSE } from "@skykoi/protocol/wire";

import type { Socket } from "./socket.ts";

/** `url` may be relative to the page, for example `/relay`. */
export const browserSocket = (url: string): Socket => {
  const socket = new WebSocket(url);
  return {
    listen: (handlers) => {
      socket.addEventListener("message", ({ data }: { readonly data: unknown }) => {
        if (typeof data === "string") handlers.message(data);
        else socket.close(CLOSE.normal, "binary frame");
      });
      socket.addEventListener("close", ({ code, reason }) => handlers.close(code, reason), { once: true });
    },
    send: (text) => socket.send(text),
    // The standard lets a page send only 1000 and 3000 to 4999.
    close: (code, reason) => socket.close(code === CLOSE.normal ? code : 3000, reason),
  };
};
