import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { listen, type HttpServer } from "./http-server.ts";

let server: HttpServer;
let failures: unknown[];
let answered: string[];
beforeEach(async () => {
  failures = [];
  answered = [];
  server = await listen({ port: 0, host: "127.0.0.1" }, (error) => failures.push(error));
});
afterEach(() => server.close());

const open = () =>
  server.open({
    handleApi: async ({ url }, response) => {
      answered.push(`api ${url}`);
      response.end();
    },
    handlePage: async ({ url }, response) => {
      answered.push(`page ${url}`);
      if (url === "/broken") throw new Error("a page failed");
      response.end();
    },
    handleUpgrade: () => false,
  });

/** The status line of the answer to a request line as it is written. */
const ask = async (requestLine: string): Promise<string> => {
  const socket = connect(server.port, "127.0.0.1");
  await once(socket, "connect");
  socket.write(`${requestLine}\r\nHost: koi.example\r\nConnection: close\r\n\r\n`);
  return (await text(socket)).split("\r\n", 1)[0] ?? "";
};

describe("the one port", () => {
  it("lets requests wait until the parts are ready", async () => {
    const early = ask("GET /api/health HTTP/1.1");
    open();
    expect(await early).toBe("HTTP/1.1 200 OK");
  });

  it.each(["OPTIONS * HTTP/1.1", "GET http://elsewhere.example/api/health HTTP/1.1", "GET page HTTP/1.1"])(
    "refuses what is no address of its own, and asks no part about it: %s",
    async (requestLine) => {
      open();
      expect(await ask(requestLine)).toBe("HTTP/1.1 400 Bad Request");
      expect([answered, failures]).toEqual([[], []]);
    },
  );

  it("tells the API's addresses from pages that only look like them", async () => {
    open();
    for (const path of ["/api", "/api/x", "/apis", "/"]) await ask(`GET ${path} HTTP/1.1`);
    expect(answered).toEqual(["api /api", "api /api/x", "page /apis", "page /"]);
  });

  it("answers 500 and reports it when a part fails, and goes on", async () => {
    open();
    expect(await ask("GET /broken HTTP/1.1")).toBe("HTTP/1.1 500 Internal Server Error");
    expect(failures).toHaveLength(1);
    expect(await ask("GET / HTTP/1.1")).toBe("HTTP/1.1 200 OK");
  });

  it("is refused by name when something else has it", async () => {
    await expect(listen({ port: server.port, host: "127.0.0.1" }, () => undefined)).rejects.toMatchObject({
      code: "PORT_IN_USE",
    });
  });
});
