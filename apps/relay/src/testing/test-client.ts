/** A client of the protocol reduced to frames in and frames out, for both ends of the relay. */

import { WebSocket, type ClientOptions } from "ws";

export interface TestClient {
  readonly webSocket: WebSocket;
  /** The next text frame, parsed. Rejects when the socket closes or nothing comes in time. */
  next(): Promise<Record<string, unknown>>;
  send(frame: object): void;
  readonly closed: Promise<{ code: number; reason: string }>;
}

const LIMIT_MS = 5_000;

export const openTestClient = (url: string, options: ClientOptions = {}): TestClient => {
  const webSocket = new WebSocket(url, options);
  return toTestClient(webSocket);
};

export const toTestClient = (webSocket: WebSocket): TestClient => {
  const arrived: Record<string, unknown>[] = [];
  let wake: (() => void) | undefined;
  webSocket.on("message", (data: Buffer) => {
    arrived.push(JSON.parse(data.toString("utf8")));
    wake?.();
  });
  webSocket.on("error", () => undefined);
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    webSocket.once("close", (code, reason) => resolve({ code, reason: String(reason) }));
  });
  void closed.then(() => wake?.());

  return {
    webSocket,
    closed,
    send: (frame) => webSocket.send(JSON.stringify(frame)),
    next: async () => {
      for (;;) {
        const frame = arrived.shift();
        if (frame) return frame;
        if (webSocket.readyState === webSocket.CLOSED) throw new Error("the socket is closed");
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        const timer = setTimeout(() => reject(new Error(`no frame within ${LIMIT_MS} ms`)), LIMIT_MS);
        wake = resolve;
        await promise.finally(() => clearTimeout(timer));
      }
    },
  };
};
