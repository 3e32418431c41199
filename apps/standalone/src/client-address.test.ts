import { createServer, get } from "node:http";

import { expect, it } from "vitest";

import { stampClientAddress } from "./client-address.ts";

it("replaces whatever address a client claims by the one it calls from", async () => {
  const seen = Promise.withResolvers<{ headers: unknown; raw: string[] }>();
  const server = createServer((request, response) => {
    stampClientAddress(request, "X-SkyKoi-Client-Address");
    seen.resolve({ headers: request.headers["x-skykoi-client-address"], raw: request.rawHeaders });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  get({ port, host: "127.0.0.1", headers: { "X-SKYKOI-Client-Address": "6.6.6.6", "x-kept": "yes" } });
  const { headers, raw } = await seen.promise;
  server.close();
  expect(headers).toBe("127.0.0.1");
  expect(raw.join("|")).not.toContain("6.6.6.6");
  expect(raw.join("|")).toContain("x-kept|yes");
});
