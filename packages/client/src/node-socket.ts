/** A WebSocket of Node as a socket of this package; over TLS it can be pinned to the certificate of one instance. */

import { isIP } from "node:net";
import { connect, type TLSSocket } from "node:tls";

import { fault } from "@skykoi/fault";
import { CLOSE, DEFAULT_LIMITS } from "@skykoi/protocol/wire";
import { WebSocket, type ClientOptions } from "ws";

import { CLOSE_ABNORMAL, type Socket, type SocketHandlers } from "./socket.ts";

export interface NodeSocketOptions {
  /**
   * SHA-256 of the peer's certificate in hex, with or without colons. The peer is then trusted for this fingerprint
   * alone, and nothing, not even the request line, is sent before it was checked.
   */
  readonly certificateFingerprint?: string;
  readonly connectTimeoutMs?: number;
}

const CLOSE_TIMEOUT_MS = 2_000;

export const nodeSocket = (url: string, options: NodeSocketOptions = {}): Socket => {
  const { certificateFingerprint, connectTimeoutMs = DEFAULT_LIMITS.handshakeTimeoutMs } = options;
  const settings = {
    perMessageDeflate: false,
    handshakeTimeout: connectTimeoutMs,
    maxPayload: DEFAULT_LIMITS.maxPayloadBytes,
    // How long a peer that was told to close may take before the socket is destroyed.
    closeTimeout: CLOSE_TIMEOUT_MS,
  };
  if (certificateFingerprint === undefined) return plainSocket(() => new WebSocket(url, settings));
  return pinnedSocket(new URL(url), certificateFingerprint, settings);
};

const plainSocket = (open: () => WebSocket): Socket => {
  const socket = open();
  return {
    listen: (handlers) => attach(socket, handlers),
    send: (text) => socket.send(text),
    close: (code, reason) => socket.close(code, reason),
  };
};

/** Opens the TLS connection itself, and hands it to the WebSocket only when the certificate is the right one. */
const pinnedSocket = (url: URL, fingerprint: string, settings: ClientOptions): Socket => {
  if (url.protocol !== "wss:") {
    throw fault("INVALID_REQUEST", { message: "A certificate can be pinned only on a wss:// address." });
  }
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const tls = connect({
    host,
    port: Number(url.port || 443),
    rejectUnauthorized: false,
    ...(isIP(host) ? {} : { servername: host }),
  });
  tls.setTimeout(settings.handshakeTimeout ?? 0, () => tls.destroy(new Error("the TLS handshake took too long")));

  let socket: WebSocket | undefined;
  let handlers: SocketHandlers | undefined;
  const fail = (error: Error): void => {
    if (!socket) handlers?.close(CLOSE_ABNORMAL, error.message);
    handlers = undefined;
  };
  tls.once("error", fail);
  tls.once("close", () => fail(new Error("the TLS connection was closed")));
  tls.once("secureConnect", () => {
    if (!hasFingerprint(tls, fingerprint)) {
      tls.destroy(new Error("the certificate is not the one of this instance"));
      return;
    }
    tls.setTimeout(0);
    socket = new WebSocket(url, { ...settings, createConnection: () => tls });
    if (handlers) attach(socket, handlers);
  });

  return {
    listen: (given) => {
      handlers = given;
    },
    send: (text) => socket?.send(text),
    close: (code, reason) => {
      if (socket) socket.close(code, reason);
      else tls.destroy();
    },
  };
};

const hasFingerprint = (tls: TLSSocket, expected: string): boolean =>
  normalize(tls.getPeerCertificate().fingerprint256 ?? "") === normalize(expected);

const normalize = (fingerprint: string): string => fingerprint.replaceAll(":", "").toLowerCase();

const attach = (socket: WebSocket, handlers: SocketHandlers): void => {
  let detail = "";
  socket.on("message", (data, isBinary) => {
    if (isBinary || !Buffer.isBuffer(data)) socket.close(CLOSE.unsupportedData, "binary frame");
    else handlers.message(data.toString("utf8"));
  });
  socket.on("error", (error) => {
    detail = error.message;
  });
  socket.once("close", (code, reason) => handlers.close(code, detail || String(reason)));
};
