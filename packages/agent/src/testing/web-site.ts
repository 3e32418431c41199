/** A small web site on this machine for tests of the web tools, and what opens it to them. */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

import { onTestFinished } from "vitest";

export interface WebSite {
  readonly origin: string;
  /** `127.0.0.1:port`, as in `allowPrivateHosts`. */
  readonly host: string;
  readonly requests: {
    readonly method: string;
    readonly path: string;
    readonly headers: IncomingMessage["headers"];
    readonly body: string;
  }[];
}

export type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** `handlers` by path, without the query. */
export const webSite = async (handlers: Readonly<Record<string, Handler | string>>): Promise<WebSite> => {
  const requests: WebSite["requests"] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += chunk));
    request.on("end", () => {
      const path = request.url ?? "/";
      requests.push({ method: request.method ?? "", path, headers: request.headers, body });
      const handler = handlers[path.split("?")[0] ?? ""];
      if (typeof handler === "function") return handler(request, response, body);
      response.writeHead(handler === undefined ? 404 : 200, { "content-type": "text/html; charset=utf-8" });
      response.end(handler ?? "<p>There is nothing here.</p>");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no address");
  const host = `127.0.0.1:${address.port}`;
  return { origin: `http://${host}`, host, requests };
};

export const sends =
  (contentType: string, body: string | Uint8Array, status = 200, headers: Record<string, string> = {}): Handler =>
  (_, response) => {
    response.writeHead(status, { ...(contentType === "" ? {} : { "content-type": contentType }), ...headers });
    response.end(body);
  };

export const redirects =
  (location: string): Handler =>
  (_, response) => {
    response.writeHead(302, { location }).end();
  };
