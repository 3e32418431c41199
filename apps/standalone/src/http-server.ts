/** The one port people see: pages, API and relay sockets. It listens first and answers once the parts are ready. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

import { FAULTS, fault, type FaultCode } from "@skykoi/fault";

interface Routes {
  /** Whether a `Host` header names this server. */
  isOurHost(host: string | undefined): boolean;
  /** Before anything reads the request: what a client may not say about itself is replaced. */
  prepare(request: IncomingMessage): void;
  handleApi(request: IncomingMessage, response: ServerResponse): Promise<unknown>;
  handlePage(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** True when the upgrade was taken. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
}

export interface HttpServer {
  readonly port: number;
  /** From now on requests are answered; the ones that came before have waited. */
  open(routes: Routes): void;
  close(): Promise<void>;
}

const HEADERS_TIMEOUT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 60_000;

/** Throws PORT_IN_USE. */
export const listen = async (
  options: { port: number; host: string },
  onError: (error: unknown) => void,
): Promise<HttpServer> => {
  const ready = Promise.withResolvers<Routes>();
  const server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS });

  server.on("request", (request, response) => {
    // `OPTIONS *` and addresses of other servers: there is no page behind them.
    if (!request.url?.startsWith("/")) {
      response.writeHead(400, { connection: "close" }).end();
      return;
    }
    ready.promise
      .then((routes) => {
        if (!isAnswered(routes, request)) return refuse(request, response);
        routes.prepare(request);
        return isApi(request) ? routes.handleApi(request, response) : routes.handlePage(request, response);
      })
      .catch((error: unknown) => {
        onError(error);
        if (!response.headersSent) response.writeHead(500).end();
        else response.destroy();
      });
  });
  server.on("upgrade", (request, socket, head) => {
    // From here on the socket is nobody's until it is taken; its loss must not end the process.
    socket.on("error", () => socket.destroy());
    ready.promise
      .then((routes) => {
        const taken = isAnswered(routes, request) && routes.handleUpgrade(request, socket, head);
        return taken ? undefined : socket.destroy();
      })
      .catch((error: unknown) => {
        onError(error);
        socket.destroy();
      });
  });

  const port = await bind(server, options);
  return {
    port,
    open: ready.resolve,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** Supervisors and load balancers ask by address; the answer is the same for everybody. */
const HEALTH = "/api/health";

const isAnswered = (routes: Routes, { url = "", headers }: IncomingMessage): boolean =>
  url === HEALTH || (url.startsWith("/") && routes.isOurHost(headers.host));

const refuse = (request: IncomingMessage, response: ServerResponse): void => {
  const { status, message } = FAULTS.HOST_UNKNOWN;
  const code = "HOST_UNKNOWN" satisfies FaultCode;
  const problem = { type: `/docs/errors#${code}`, title: message, status, code, detail: message };
  const [type, body] = isApi(request)
    ? ["application/problem+json", JSON.stringify(problem)]
    : ["text/plain; charset=utf-8", `${message}\n`];
  response.writeHead(status, { "content-type": type, "cache-control": "no-store", connection: "close" }).end(body);
};

const isApi = ({ url = "/" }: IncomingMessage): boolean => url === "/api" || url.startsWith("/api/");

const bind = (server: Server, { port, host }: { port: number; host: string }): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "EADDRINUSE" ? portInUse(port) : error);
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : port);
    });
  });

const portInUse = (port: number) =>
  fault("PORT_IN_USE", {
    message: `Port ${port} is already in use. Stop what uses it, or choose another one: PORT=${port + 1} npm start`,
  });
