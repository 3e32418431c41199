/** The gateway's one port: probes over HTTP, everything else over WebSocket. */

import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";

import { fault } from "@skykoi/fault";
import type { Logger } from "@skykoi/log";
import { CLOSE, type TransportLimits } from "@skykoi/protocol";
import { WebSocketServer } from "ws";

import { createConnection, type Connection, type ConnectionEvents } from "./connection.ts";
import { originAllowed } from "./origin.ts";
import { peerAddress } from "./peer-address.ts";
import { pathOf } from "./request-path.ts";

export interface ListenerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly limits: TransportLimits;
  readonly allowedOrigins: () => readonly string[];
  readonly trustedProxies: readonly string[];
  /** Answers what is no upgrade to a WebSocket. */
  readonly handle: RequestListener;
  readonly onSlowClient: () => void;
  readonly log: Logger;
  /** Whether this peer may open another connection now. */
  readonly mayConnect: (peer: string) => boolean;
  /** Takes over a new connection. */
  readonly accept: (connection: Connection) => ConnectionEvents;
}

export interface Listener {
  readonly port: number;
  /** Asks every connection whether it is still there. */
  probeConnections(): void;
  /** No new connections from now on. */
  stopAccepting(): void;
  /** Stops listening and closes every connection; resolves when all are gone. */
  close(reason: string): Promise<void>;
}

/**
 * Not imported: importing `node:http` as a module reads all its exports, and one of them loads Node's whole fetch
 * implementation, which costs 50 ms of start-up and 13 MB that a gateway never uses.
 */
const { createServer, STATUS_CODES } = process.getBuiltinModule("node:http");

const PATHS = new Set(["/", "/ws"]);
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_CONNECTIONS = 4096;
/** How long a closed connection may take to say goodbye, and to read what was sent before. */
const CLOSE_TIMEOUT_MS = 2000;

/** Throws PORT_IN_USE. */
export const startListener = async (options: ListenerOptions): Promise<Listener> => {
  const { limits, log } = options;
  const connections = new Set<Connection>();
  // The types of ws do not know `closeTimeout` yet, so the options are not written in place.
  const webSocketOptions = {
    noServer: true,
    maxPayload: limits.maxPayloadBytes,
    perMessageDeflate: false,
    clientTracking: false,
    closeTimeout: CLOSE_TIMEOUT_MS,
  };
  const webSockets = new WebSocketServer(webSocketOptions);
  const server = createServer(
    { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 5000 },
    options.handle,
  );
  server.maxConnections = MAX_CONNECTIONS;

  server.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on("error", (error) => log.debug("upgrade failed", { error }));
    const refusal = refuseUpgrade(request, options.allowedOrigins());
    if (refusal !== undefined) return refuse(stream, refusal);
    const peer = peerAddress(
      { remoteAddress: request.socket.remoteAddress, forwardedFor: request.headers["x-forwarded-for"]?.toString() },
      options.trustedProxies,
    );
    if (!options.mayConnect(peer)) return refuse(stream, 429);
    webSockets.handleUpgrade(request, stream, head, (webSocket) => {
      const id = randomUUID();
      const socket: Socket = request.socket;
      // The protocol side needs the connection to exist before it can be told of it.
      let events: ConnectionEvents | undefined;
      const connection = createConnection(
        { id, peer, webSocket, socket, limits, log, onSlow: options.onSlowClient },
        {
          onText: (text) => events?.onText(text),
          onClosed: () => {
            connections.delete(connection);
            events?.onClosed();
          },
        },
      );
      connections.add(connection);
      events = options.accept(connection);
    });
  });

  await listen(server, options);
  let closing: Promise<void> | undefined;
  const stopAccepting = (): Promise<void> =>
    (closing ??= new Promise((resolve) => {
      server.close(() => resolve());
    }));

  return {
    port: portOf(server),
    probeConnections: () => {
      for (const connection of connections) connection.probe();
    },
    stopAccepting: () => void stopAccepting(),
    close: async (reason) => {
      const closed = stopAccepting();
      for (const connection of connections) connection.close(CLOSE.restart, reason);
      server.closeIdleConnections();
      const straggling = setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT_MS);
      await closed;
      clearTimeout(straggling);
    },
  };
};

/** The HTTP status of a refusal. */
const refuseUpgrade = (request: IncomingMessage, allowedOrigins: readonly string[]): number | undefined => {
  if (!PATHS.has(pathOf(request))) return 404;
  const { origin, host } = request.headers;
  const forwarded = request.headers["x-forwarded-for"] !== undefined;
  return originAllowed({ origin, host, forwarded }, allowedOrigins) ? undefined : 403;
};

const refuse = (stream: Duplex, status: number): void => {
  stream.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
};

const listen = (server: Server, { host, port }: ListenerOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      if (cause.code !== "EADDRINUSE") return reject(cause);
      const message = `Port ${port} is already in use. Stop the program that uses it, or choose another port.`;
      return reject(fault("PORT_IN_USE", { message, cause }));
    });
    server.listen({ host, port }, resolve);
  });

const portOf = (server: Server): number => {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw fault("INTERNAL", { detail: "no TCP address" });
  return address.port;
};
