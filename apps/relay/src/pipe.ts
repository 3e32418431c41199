/** Carries frames between a client and its gateway, verbatim, no faster than the receiver reads. */

import { CLOSE } from "@skykoi/protocol/wire";
import type { WebSocket } from "ws";

import { closeSoon } from "./close-soon.ts";
import type { Inbox } from "./inbox.ts";
import type { RelayLimits } from "./limits.ts";

export interface Side {
  readonly webSocket: WebSocket;
  readonly inbox: Inbox;
}

/** Returns at once; ends when either side closes, and then closes the other with the same code, or after its lifetime. */
export const pipe = (client: Side, gateway: Side, limits: RelayLimits): void => {
  const clientLife = keepAlive(client.webSocket, limits.keepaliveIntervalMs);
  const gatewayLife = keepAlive(gateway.webSocket, limits.keepaliveIntervalMs);

  const lifetime = setTimeout(() => closeSoon(client.webSocket, RENEW, limits.closeTimeoutMs), limits.maxLifetimeMs);
  lifetime.unref();

  client.webSocket.once("close", (code, reason) => {
    clearTimeout(lifetime);
    closeSoon(gateway.webSocket, passOn(code, reason, CLIENT_LOST), limits.closeTimeoutMs);
  });
  gateway.webSocket.once("close", (code, reason) => {
    closeSoon(client.webSocket, passOn(code, reason, GATEWAY_LOST), limits.closeTimeoutMs);
  });
  // One may have gone between its last frame and now; its event will not come again.
  if (client.webSocket.readyState !== client.webSocket.OPEN) {
    closeSoon(gateway.webSocket, CLIENT_LOST, limits.closeTimeoutMs);
  }
  if (gateway.webSocket.readyState !== gateway.webSocket.OPEN) {
    closeSoon(client.webSocket, GATEWAY_LOST, limits.closeTimeoutMs);
  }

  carry(client, gateway, { limits, fromLife: clientLife, toLife: gatewayLife });
  carry(gateway, client, { limits, fromLife: gatewayLife, toLife: clientLife });
};

const RENEW = { code: CLOSE.restart, reason: "connect again with a new ticket" };
/** 1001: going away. */
const CLIENT_LOST = { code: 1001, reason: "the client is gone" };
const GATEWAY_LOST = { code: CLOSE.restart, reason: "the connection to the agent was lost" };

interface CarryOptions {
  readonly limits: RelayLimits;
  readonly fromLife: KeepAlive;
  readonly toLife: KeepAlive;
}

const carry = (from: Side, to: Side, { limits, fromLife, toLife }: CarryOptions): void => {
  let held = false;
  const onSent = (): void => {
    toLife.heard();
    if (!held || to.webSocket.bufferedAmount > limits.lowWaterBytes) return;
    held = false;
    fromLife.setHeld(false);
    from.webSocket.resume();
  };
  from.inbox.forward(({ data, isBinary }) => {
    fromLife.heard();
    if (to.webSocket.readyState !== to.webSocket.OPEN) return;
    to.webSocket.send(Array.isArray(data) ? Buffer.concat(data) : data, { binary: isBinary }, onSent);
    if (held || to.webSocket.bufferedAmount <= limits.highWaterBytes) return;
    held = true;
    fromLife.setHeld(true);
    from.webSocket.pause();
  });
};

interface KeepAlive {
  /** A sign of life: something came in, or something that waited went out. */
  heard(): void;
  /** While we do not read a side ourselves, its silence means nothing. */
  setHeld(held: boolean): void;
}

const keepAlive = (webSocket: WebSocket, intervalMs: number): KeepAlive => {
  let alive = true;
  let isHeld = false;
  const timer = setInterval(() => {
    if (!alive && !isHeld) return webSocket.terminate();
    alive = false;
    webSocket.ping();
  }, intervalMs);
  timer.unref();
  const heard = (): void => {
    alive = true;
  };
  webSocket.on("pong", heard);
  webSocket.on("ping", heard);
  webSocket.once("close", () => clearInterval(timer));
  return {
    heard,
    setHeld: (held) => {
      isHeld = held;
      alive = true;
    },
  };
};

interface Close {
  readonly code: number;
  readonly reason: string | Buffer;
}

/** `lost` is said when the other side vanished without a word. */
const passOn = (code: number, reason: Buffer, lost: Close): Close => {
  if (isSendable(code)) return { code, reason };
  return code === CLOSED_WITHOUT_CODE ? { code: CLOSE.normal, reason: "" } : lost;
};

const CLOSED_WITHOUT_CODE = 1005;

/** RFC 6455, 7.4: 1004 to 1006 and 1015 never travel. */
const isSendable = (code: number): boolean =>
  (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999);
