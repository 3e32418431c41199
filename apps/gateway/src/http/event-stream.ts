/** Server-sent events to one client: never more unread bytes than a limit, never silent for long. */

import type { ServerResponse } from "node:http";

export interface EventStream {
  send(data: object | string, event?: string): void;
  end(): void;
}

/** A client that lets more than this wait has stopped reading. */
const MAX_UNREAD_BYTES = 8 * 1024 * 1024;
/** Proxies close what is silent for half a minute or more. */
const KEEP_ALIVE_MS = 15_000;

export const openEventStream = (response: ServerResponse): EventStream => {
  response.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
    "x-content-type-options": "nosniff",
  });
  response.flushHeaders();
  const write = (text: string): void => {
    if (response.writableEnded || response.destroyed) return;
    if (response.writableLength > MAX_UNREAD_BYTES) response.destroy();
    else response.write(text);
  };
  const timer = setInterval(() => write(": still here\n\n"), KEEP_ALIVE_MS);
  response.once("close", () => clearInterval(timer));

  return {
    send: (data, event) => {
      const text = typeof data === "string" ? data : JSON.stringify(data);
      write(`${event === undefined ? "" : `event: ${event}\n`}data: ${text}\n\n`);
    },
    end: () => response.end(),
  };
};
