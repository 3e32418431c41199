/**
 * The browser's only way to the network. Every page, picture, redirect, pop-up, WebSocket and service worker passes here,
 * is checked by the guard, and is connected to the address that was checked: the browser itself resolves no names.
 */

import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";

import { AddressRefused, type SsrfGuard } from "../web/ssrf-guard.ts";

export interface GuardedProxy {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  /** Why this host was refused since the last time of asking, as a sentence. */
  takeRefusal(url: URL): string | undefined;
  close(): Promise<void>;
}

const MAX_REMEMBERED = 100;
const CONNECT_TIMEOUT_MS = 20_000;
/** Headers that concern one connection and not the next (RFC 9110, 7.6.1). */
const HOP_HEADERS = new Set([
  "connection",
  "keep-alive",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "upgrade",
]);

export const startGuardedProxy = async (guard: SsrfGuard): Promise<GuardedProxy> => {
  const refusals = new Map<string, string>();
  const sockets = new Set<Duplex>();
  const remember = (url: URL | null, reason: string): void => {
    if (refusals.size >= MAX_REMEMBERED) refusals.clear();
    if (url) refusals.set(hostAndPort(url), reason);
  };

  const forward = (incoming: IncomingMessage, response: ServerResponse): void => {
    const checked = guard.check(incoming.url ?? "");
    if (!checked.ok) {
      remember(URL.parse(incoming.url ?? ""), checked.reason);
      return refuse(response, checked.reason);
    }
    const headers = Object.entries(incoming.headers).filter(([name]) => !HOP_HEADERS.has(name));
    const outgoing = httpRequest(
      checked.url,
      { agent: false, lookup: guard.lookup, method: incoming.method, headers: Object.fromEntries(headers) },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
        answer.on("error", () => response.destroy());
      },
    );
    outgoing.on("error", (error) => {
      if (error instanceof AddressRefused) remember(checked.url, error.message);
      if (response.headersSent) response.destroy();
      else refuse(response, error instanceof AddressRefused ? error.message : "The host cannot be reached.", 502);
    });
    response.on("close", () => outgoing.destroy());
    incoming.pipe(outgoing);
  };

  /** A tunnel for TLS and WebSockets: `CONNECT host:port`. */
  const tunnel = (incoming: IncomingMessage, client: Duplex, head: Buffer): void => {
    track(client);
    client.on("error", () => client.destroy());
    const target = URL.parse(`http://${incoming.url ?? ""}`);
    const checked = guard.check(target?.port === "" ? `${target.href.slice(0, -1)}:80/` : (target?.href ?? ""));
    if (!target || !checked.ok) {
      if (!checked.ok) remember(target, checked.reason);
      client.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      return;
    }
    const hostname = target.hostname.replace(/^\[|\]$/g, "");
    const upstream = connect({ host: hostname, port: Number(target.port) || 80, lookup: guard.lookup });
    track(upstream);
    upstream.setTimeout(CONNECT_TIMEOUT_MS, () => upstream.destroy(new Error("no connection in time")));
    upstream.on("connect", () => {
      upstream.setTimeout(0);
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      if (head.length > 0) upstream.write(head);
      upstream.pipe(client);
      client.pipe(upstream);
    });
    upstream.on("error", (error) => {
      if (error instanceof AddressRefused) remember(target, error.message);
      if (client.writable && upstream.connecting) client.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
      else client.destroy();
    });
    upstream.on("close", () => client.destroy());
    client.on("close", () => upstream.destroy());
  };

  const track = (socket: Duplex | Socket): void => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  };

  const server = createServer(forward);
  server.on("connect", tunnel);
  server.on("clientError", (_, socket) => socket.destroy());
  server.unref();
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    takeRefusal: (url) => {
      const reason = refusals.get(hostAndPort(url));
      refusals.delete(hostAndPort(url));
      return reason;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};

const hostAndPort = ({ hostname, port, protocol }: URL): string =>
  `${hostname}:${port || (protocol === "https:" ? "443" : "80")}`;

const refuse = (response: ServerResponse, reason: string, status = 403): void => {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", connection: "close" });
  response.end(reason);
};

const listen = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (typeof address === "object" && address !== null) resolve(address.port);
      else reject(new Error("the proxy of the browser has no port"));
    });
  });
