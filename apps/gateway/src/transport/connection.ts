/** One client's socket: text frames in and out, with a bound on everything that could grow. */

import type { Socket } from "node:net";

import type { Logger } from "@skykoi/log";
import { CLOSE, type TransportLimits } from "@skykoi/protocol";
import type { RawData, WebSocket } from "ws";

import type { OutgoingEvent } from "../events/event-hub.ts";
import { createDeltaHolder } from "./delta-holder.ts";

export interface ConnectionEvents {
  readonly onText: (text: string) => void;
  /** Once, when no more frames can be sent. */
  readonly onClosed: () => void;
}

export interface Connection {
  readonly id: string;
  /** Address of the client, for limits and logs. */
  readonly peer: string;
  send(frame: object): void;
  readonly sendEvent: (event: OutgoingEvent) => void;
  /** The larger frame limit holds from now on. */
  setAuthenticated(): void;
  /** Asks whether the other end is there; one that did not answer the previous question is dropped. */
  probe(): void;
  close(code: number, reason: string): void;
}

export interface ConnectionOptions {
  readonly id: string;
  readonly peer: string;
  readonly webSocket: WebSocket;
  /** The TCP socket below, to count what arrives before authentication. */
  readonly socket: Socket;
  readonly limits: TransportLimits;
  readonly log: Logger;
  /** The client is let go because it did not read. */
  readonly onSlow: () => void;
}

export const createConnection = (options: ConnectionOptions, events: ConnectionEvents): Connection => {
  const { id, peer, webSocket, limits, log } = options;
  let lastSeq = 0;
  let answered = true;

  const close = (code: number, reason: string): void => {
    if (webSocket.readyState !== webSocket.OPEN) return;
    log.debug("connection closed by the gateway", { connId: id, closeCode: code, reason });
    webSocket.close(code, fitting(reason));
  };

  const sendText = (text: string): void => {
    if (webSocket.readyState !== webSocket.OPEN) return;
    if (webSocket.bufferedAmount > limits.maxBufferedBytes) {
      options.onSlow();
      close(CLOSE.slowConsumer, "too many unread bytes");
      return;
    }
    gatherWrites(options.socket);
    webSocket.send(text);
  };

  const deltas = createDeltaHolder((event) => sendText(eventText(event, ++lastSeq)));

  const sendEvent = (event: OutgoingEvent): void => {
    if (event.delta && webSocket.bufferedAmount > HOLD_ABOVE_BYTES) {
      deltas.hold(event, event.delta);
      return;
    }
    deltas.flush();
    sendText(eventText(event, ++lastSeq));
  };
  options.socket.on("drain", deltas.flush);

  const stopCounting = limitUnauthenticatedBytes(options.socket, limits.maxUnauthenticatedBytes, () => {
    close(CLOSE.tooBig, `at most ${limits.maxUnauthenticatedBytes} bytes before connect succeeded`);
    // The rest of the frame stays unread, so that it takes no memory while the client learns why. Its goodbye is
    // behind that rest, so nobody waits for it.
    webSocket.pause();
    setTimeout(() => webSocket.terminate(), FLOOD_GRACE_MS);
  });

  webSocket.on("message", (data: RawData, isBinary: boolean) => {
    if (webSocket.readyState !== webSocket.OPEN) return;
    if (isBinary) close(CLOSE.unsupportedData, "frames must be text");
    else events.onText(textOf(data));
  });
  webSocket.on("pong", () => {
    answered = true;
  });
  // ws closes the connection itself with the right code: too large, bad UTF-8, bad framing.
  webSocket.on("error", (error) => log.debug("socket error", { connId: id, error }));
  webSocket.once("close", () => {
    stopCounting();
    events.onClosed();
  });

  return {
    id,
    peer,
    send: (frame) => sendText(JSON.stringify(frame)),
    sendEvent,
    setAuthenticated: stopCounting,
    probe: () => {
      if (!answered) {
        webSocket.terminate();
        return;
      }
      answered = false;
      if (webSocket.readyState === webSocket.OPEN) webSocket.ping();
    },
    close,
  };
};

/** Unsent bytes from which on pieces of an answer are held back until the client has read what came before. */
const HOLD_ABOVE_BYTES = 64 * 1024;

/** RFC 6455: a close frame holds 125 bytes, two of them are the code. */
const MAX_REASON_BYTES = 123;

/** As much of a reason as a close frame holds: a reason may quote a client, in letters of several bytes. */
const fitting = (reason: string): string =>
  new TextDecoder().decode(Buffer.from(reason, "utf8").subarray(0, MAX_REASON_BYTES), { stream: true });

/** Frames that are sent in one turn of the event loop leave in one system call: a run tells several things at once. */
const gatherWrites = (socket: Socket): void => {
  if (socket.writableCorked > 0) return;
  socket.cork();
  setImmediate(() => socket.uncork());
};

/** How long the close frame may take to reach a client that sends too much before it is known. */
const FLOOD_GRACE_MS = 200;

/**
 * ws knows one size limit a server. Before authentication a client needs to send one small frame, so all bytes on its
 * socket are counted instead; fragments and control frames count too.
 */
const limitUnauthenticatedBytes = (socket: Socket, maxBytes: number, onExceeded: () => void): (() => void) => {
  /** What WebSocket framing adds to one frame at most. */
  const framingBytes = 14;
  let received = 0;
  const count = (chunk: Buffer): void => {
    received += chunk.length;
    if (received <= maxBytes + framingBytes) return;
    stop();
    onExceeded();
  };
  const stop = (): void => void socket.off("data", count);
  socket.prependListener("data", count);
  return stop;
};

/** The payload is serialized once for all clients; only the numbers around it differ. */
const eventText = ({ event, payloadJson, cursor, stateVersion }: OutgoingEvent, seq: number): string => {
  const version = stateVersion ? `,"stateVersion":${JSON.stringify(stateVersion)}` : "";
  const place = cursor === undefined ? "" : `,"cursor":${JSON.stringify(cursor)}`;
  return `{"type":"event","event":"${event}","payload":${payloadJson},"seq":${seq}${version}${place}}`;
};

const textOf = (data: RawData): string => {
  if (Array.isArray(data)) return Buffer.concat(data).toString("utf8");
  return data instanceof ArrayBuffer ? Buffer.from(data).toString("utf8") : data.toString("utf8");
};
