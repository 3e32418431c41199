import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createHostRule } from "./host-rule.ts";
import { listen, type HttpServer } from "./http-server.ts";

let server: HttpServer;
let errors: unknown[];
let upgrades: number;

beforeEach(async () => {
  errors = [];
  upgrades = 0;
  server = await listen({ port: 0, host: "127.0.0.1" }, (error) => errors.push(error));
});
afterEach(() => server.close());

const open = (): void =>
  server.open({
    isOurHost: createHostRule([`http://localhost:${server.port}`]),
    prepare: (request) => {
      request.headers["x-known"] = "replaced";
    },
    handleApi: async (request, response) => response.end(`api ${String(request.headers["x-known"])}`),
    handlePage: async (request, response) => void response.end(`page ${String(request.headers["x-known"])}`),
    handleUpgrade: (_request, socket) => {
      upgrades += 1;
      socket.destroy();
      return true;
    },
  });

const ask = async (path: string, headers: Record<string, string> = {}) => {
  const sent = httpRequest({ port: server.port, host: "127.0.0.1", path, headers }).end();
  const [response] = await once(sent, "response");
  let body = "";
  for await (const chunk of response) body += String(chunk);
  return { status: Number(response.statusCode), body };
};

describe("the front door", () => {
  it("answers requests that came before it was open", async () => {
    const early = ask("/api/me", { host: `localhost:${server.port}` });
    open();
    expect(await early).toEqual({ status: 200, body: "api replaced" });
  });

  it("replaces what a client says about itself on every path, however the API is spelled", async () => {
    open();
    const headers = { host: `localhost:${server.port}`, "x-known": "claimed" };
    expect(await ask("/x/../api/auth/sign-in/email", headers)).toEqual({ status: 200, body: "page replaced" });
    expect(await ask("//api/auth/sign-in/email", headers)).toEqual({ status: 200, body: "page replaced" });
  });

  it("does not answer under a name that is not its own, but says that it is alive", async () => {
    open();
    const headers = { host: `rebound.example:${server.port}` };
    expect(await ask("/", headers)).toMatchObject({ status: 421, body: expect.stringMatching(/^SkyKoi does not/) });
    const { status, body } = await ask("/api/me", headers);
    expect([status, JSON.parse(body)]).toMatchObject([421, { code: "HOST_UNKNOWN" }]);
    expect((await ask("/api/health", headers)).status).toBe(200);
    expect((await ask("/api/health/..", headers)).status).toBe(421);
  });

  it("takes no socket under a name that is not its own", async () => {
    open();
    for (const host of ["rebound.example", `localhost:${server.port}`]) {
      const headers = { host, connection: "Upgrade", upgrade: "websocket" };
      await once(httpRequest({ port: server.port, host: "127.0.0.1", path: "/relay", headers }).end(), "error");
    }
    expect(upgrades).toBe(1);
  });

  it("survives an upgrade whose client is gone before it is open", async () => {
    const socket = connect(server.port, "127.0.0.1");
    socket.write("GET /relay HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    await roundTrip();
    socket.resetAndDestroy();
    await roundTrip();
    open();
    expect((await ask("/", { host: `localhost:${server.port}` })).status).toBe(200);
    expect(errors).toEqual([]);
  });
});

/** What was sent before has reached the server: this is answered at once, whether it is open or not. */
const roundTrip = async (): Promise<void> => {
  const socket = connect(server.port, "127.0.0.1");
  socket.write("no HTTP\r\n\r\n");
  await once(socket, "data");
  socket.destroy();
};
