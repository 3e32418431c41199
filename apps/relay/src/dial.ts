/** Opens the relay's own socket to a gateway: within a time, with the certificate it must show, up to its challenge. */

import { TLSSocket } from "node:tls";

import type { GatewayAddress } from "@skykoi/control";
import { fault } from "@skykoi/fault";
import { WebSocket } from "ws";

import { isChallenge } from "./connect-frame.ts";
import { createInbox } from "./inbox.ts";
import type { RelayLimits } from "./limits.ts";
import type { Side } from "./pipe.ts";

export type OpenGateway = (address: GatewayAddress, limits: RelayLimits) => WebSocket;

/** Throws AGENT_UNREACHABLE. The signal ends the attempt, also after the socket is open. */
export const dial = async (
  open: OpenGateway,
  address: GatewayAddress,
  limits: RelayLimits,
  signal: AbortSignal,
): Promise<Side> => {
  const webSocket = open(address, limits);
  const stop = (): void => webSocket.terminate();
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const inbox = createInbox(webSocket);
    await opened(webSocket);
    const { data, isBinary } = await inbox.next();
    if (!isChallenge(data, isBinary)) throw new Error("the first frame was not a challenge");
    signal.throwIfAborted();
    return { webSocket, inbox };
  } catch (cause) {
    webSocket.terminate();
    throw fault("AGENT_UNREACHABLE", { detail: `instance ${address.instanceId}`, cause });
  } finally {
    signal.removeEventListener("abort", stop);
  }
};

/** A pinned certificate replaces the authorities and names that a self-signed one cannot have. */
export const openWebSocket: OpenGateway = ({ url, certificateFingerprint }, { maxPayloadBytes, dialTimeoutMs }) => {
  const webSocket = new WebSocket(url, {
    perMessageDeflate: false,
    followRedirects: false,
    maxPayload: maxPayloadBytes,
    handshakeTimeout: dialTimeoutMs,
    rejectUnauthorized: certificateFingerprint === null,
  });
  if (certificateFingerprint !== null) {
    // Before `open`, and so before the token is sent.
    webSocket.once("upgrade", ({ socket }) => {
      const shown = socket instanceof TLSSocket ? (socket.getPeerCertificate().fingerprint256 ?? "") : "";
      if (!sameFingerprint(shown, certificateFingerprint)) webSocket.terminate();
    });
  }
  return webSocket;
};

/** SHA-256 in hexadecimal, with or without colons. */
const sameFingerprint = (a: string, b: string): boolean => plain(a) === plain(b);
const plain = (fingerprint: string): string => fingerprint.replaceAll(":", "").toLowerCase();

const opened = (webSocket: WebSocket): Promise<void> =>
  new Promise((resolve, reject) => {
    webSocket.once("open", resolve);
    webSocket.once("error", reject);
    webSocket.once("close", (code) => reject(new Error(`closed with ${code} before it was open`)));
  });
