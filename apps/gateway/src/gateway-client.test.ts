import { createGatewayClient } from "@skykoi/client";
import { nodeSocket } from "@skykoi/client/node";
import type { EventFrame } from "@skykoi/protocol";
import { afterEach, expect, it } from "vitest";

import { finish, scriptedCatalog } from "./testing/scripted-catalog.ts";
import { startTestGateway, TOKEN } from "./testing/test-gateway.ts";

const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

it("the product's own client sees every event of a run once and in order, though its connection breaks", async () => {
  const test = await startTestGateway({
    catalog: scriptedCatalog(async function* slowly() {
      for (let word = 0; word < 60; word++) {
        yield { type: word % 2 === 0 ? "text-delta" : "reasoning-delta", text: `${word} ` };
        await new Promise((resolve) => setImmediate(resolve));
      }
      yield finish;
    }),
  });
  cleanups.push(() => test.stop());
  let socket = nodeSocket(test.gateway.url);
  const client = createGatewayClient({
    open: () => (socket = nodeSocket(test.gateway.url)),
    credentials: async () => ({ token: TOKEN }),
    client: { id: "test", version: "1", platform: "linux", mode: "test" },
    reconnect: { minDelayMs: 1, maxDelayMs: 5 },
  });
  cleanups.push(() => client.close());
  const durable: EventFrame[] = [];
  const ended = Promise.withResolvers<void>();
  client.on((event) => {
    if (event.cursor === undefined) return;
    durable.push(event);
    if (durable.length === 5 || durable.length === 30) socket.close(1000, "test");
    if (JSON.stringify(event.payload).includes('"state":"final"')) ended.resolve();
  });
  const hello = await client.ready();
  await client.request("chat.send", { sessionKey: "main", message: "go", idempotencyKey: "a" });
  await ended.promise;
  const start = Number(hello.cursor.split(":")[1]);
  expect(durable.map(({ cursor }) => Number(cursor?.split(":")[1]))).toEqual(
    durable.map((_, index) => start + index + 1),
  );
  expect((await client.request("chat.history", { sessionKey: "main" })).messages).toHaveLength(2);
});
