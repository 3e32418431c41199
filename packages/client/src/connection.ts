/** One connection to a gateway, from the challenge to its end. It does not come back; the client makes a new one. */

import type { Fault } from "@skykoi/fault";
import {
  CLOSE,
  type ConnectParams,
  type EventFrame,
  type HelloOk,
  type RequestFrame,
  type ResponseFrame,
} from "@skykoi/protocol/wire";

import { Correlation, type RequestLimits } from "./correlation.ts";
import { decodeFrame, type IncomingFrame } from "./decode-frame.ts";
import type { Socket } from "./socket.ts";
import { connectionLost, wireFault } from "./wire-fault.ts";

export interface ConnectionHandlers {
  opened(hello: HelloOk): void;
  /** Events after `opened`, in order. */
  event(event: EventFrame): void;
  /** Called once, unless `close` was called first. */
  ended(reason: Fault): void;
}

export interface ConnectionOptions {
  readonly connect: ConnectParams;
  readonly handshakeTimeoutMs: number;
}

/** A gateway that sends nothing for this many of its ticks is gone, whatever the network says. */
const MISSED_TICKS = 2.5;

const HANDSHAKE_ID = "connect";

export class Connection {
  readonly #socket: Socket;
  readonly #handlers: ConnectionHandlers;
  readonly #connect: ConnectParams;
  readonly #correlation = new Correlation();
  readonly #handshakeTimer: ReturnType<typeof setTimeout>;
  #livenessTimer: ReturnType<typeof setInterval> | undefined;
  #phase: "challenge" | "hello" | "open" | "ended" = "challenge";
  #heard = false;

  constructor(socket: Socket, handlers: ConnectionHandlers, { connect, handshakeTimeoutMs }: ConnectionOptions) {
    this.#socket = socket;
    this.#handlers = handlers;
    this.#connect = connect;
    this.#handshakeTimer = setTimeout(
      () => this.#lose(connectionLost(`no handshake in ${handshakeTimeoutMs} ms`)),
      handshakeTimeoutMs,
    );
    socket.listen({
      message: (text) => this.#take(decodeFrame(text)),
      close: (code, detail) => this.#lose(connectionLost(`closed with ${code} ${detail}`.trimEnd())),
    });
  }

  /** Rejects with the gateway's fault, TIMEOUT, ABORTED, or AGENT_UNREACHABLE when the connection ends first. */
  request(method: string, params: unknown, limits: RequestLimits): Promise<unknown> {
    return this.#correlation.request((id) => this.#send({ type: "req", id, method, params }), limits);
  }

  close(reason: Fault): void {
    this.#end(reason);
  }

  /** Synchronous to the end: events may follow the hello in the same turn of the event loop. */
  #take(frame: IncomingFrame | undefined): void {
    this.#heard = true;
    if (!frame) return this.#lose(connectionLost("sent something that is not a frame"));
    switch (this.#phase) {
      case "challenge":
        if (frame.type === "event" && frame.event === "connect.challenge") this.#introduce();
        return;
      case "hello":
        if (frame.type === "res" && frame.id === HANDSHAKE_ID) this.#welcome(frame);
        return;
      case "open":
        if (frame.type === "res") this.#correlation.settle(frame);
        else this.#handlers.event(frame);
        return;
      case "ended":
        return;
    }
  }

  #introduce(): void {
    this.#phase = "hello";
    this.#send({ type: "req", id: HANDSHAKE_ID, method: "connect", params: this.#connect });
  }

  #welcome(response: ResponseFrame): void {
    if (!response.ok) return this.#lose(wireFault(response.error));
    this.#phase = "open";
    clearTimeout(this.#handshakeTimer);
    // The payload of an accepted `connect` is a hello by the protocol; the gateway's tests hold it to its schema.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const hello = response.payload as HelloOk;
    this.#watch(hello.policy.tickIntervalMs * MISSED_TICKS);
    this.#handlers.opened(hello);
  }

  #watch(silenceMs: number): void {
    this.#livenessTimer = setInterval(() => {
      if (!this.#heard) this.#lose(connectionLost(`silent for ${silenceMs} ms`));
      this.#heard = false;
    }, silenceMs);
  }

  #send(frame: RequestFrame): void {
    this.#socket.send(JSON.stringify(frame));
  }

  #lose(reason: Fault): void {
    if (this.#end(reason)) this.#handlers.ended(reason);
  }

  #end(reason: Fault): boolean {
    if (this.#phase === "ended") return false;
    this.#phase = "ended";
    clearTimeout(this.#handshakeTimer);
    clearInterval(this.#livenessTimer);
    this.#socket.close(CLOSE.normal, "");
    this.#correlation.rejectAll(reason);
    return true;
  }
}
