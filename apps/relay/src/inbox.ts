/** The messages of one socket: taken one by one during a handshake, then handed to a receiver, none lost in between. */

import { fault } from "@skykoi/fault";
import type { RawData, WebSocket } from "ws";

interface Message {
  readonly data: RawData;
  readonly isBinary: boolean;
}

export interface Inbox {
  /** The next message. Rejects with ABORTED when the socket closes first. The socket is not read ahead. */
  next(): Promise<Message>;
  /** From now on, and for what has already arrived. */
  forward(receiver: (message: Message) => void): void;
}

export const createInbox = (webSocket: WebSocket): Inbox => {
  const arrived: Message[] = [];
  let receive: ((message: Message) => void) | undefined;
  let fail: ((reason: unknown) => void) | undefined;
  let forwarding = false;

  webSocket.on("message", (data, isBinary) => {
    // Nobody waits any more for what comes during a close.
    if (webSocket.readyState !== webSocket.OPEN) return;
    if (receive) receive({ data, isBinary });
    else arrived.push({ data, isBinary });
    if (!receive) webSocket.pause();
  });
  webSocket.once("close", () => fail?.(closedEarly()));
  // A close always follows, and it is what the parts act on.
  webSocket.on("error", () => undefined);

  return {
    next: () =>
      new Promise((resolve, reject) => {
        const waiting = arrived.shift();
        if (waiting) return resolve(waiting);
        if (webSocket.readyState !== webSocket.OPEN) return reject(closedEarly());
        fail = reject;
        receive = (message) => {
          receive = undefined;
          fail = undefined;
          resolve(message);
        };
        webSocket.resume();
      }),
    forward: (receiver) => {
      if (forwarding) throw new Error("an inbox is forwarded once");
      forwarding = true;
      receive = receiver;
      for (const message of arrived.splice(0)) receiver(message);
      webSocket.resume();
    },
  };
};

const closedEarly = () => fault("ABORTED", { message: "The connection was closed during the handshake." });
