import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { ModelRequest } from "@skykoi/model";
import { afterEach, expect, it } from "vitest";

import { echo, scriptedCatalog } from "../testing/scripted-catalog.ts";
import { startTestGateway, temporaryDirectory, type TestGatewayOptions } from "../testing/test-gateway.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const start = async (options: TestGatewayOptions = {}) => {
  const seen: ModelRequest[] = [];
  const catalog = scriptedCatalog((request) => {
    seen.push(request);
    return echo(request);
  });
  const test = await startTestGateway({ catalog, ...options });
  cleanups.push(() => test.stop());
  const texts = () => seen.at(-1)?.messages.map((message) => (message.role === "tool" ? "" : message.text));
  return { ...test, seen, texts, client: await test.client() };
};

const temporaryHome = async (): Promise<string> => {
  const root = await temporaryDirectory();
  cleanups.push(() => rm(root, { recursive: true, force: true }));
  return join(root, "home");
};

it("an event waits, over a restart, and is shown to the model once, with the next turn, before the message", async () => {
  const home = await temporaryHome();
  const first = await start({ home });
  const event = { text: "the build is green", idempotencyKey: "build-1" };
  await first.client.request("system-event", event);
  await first.client.request("system-event", event);
  await first.client.request("wake", { text: "look at the mail", mode: "next-heartbeat" });
  expect(first.seen).toEqual([]);
  const waiting = await readFile(join(home, "system-events.json"), "utf8");
  await first.gateway.close();

  const second = await start({ home });
  await second.client.converse("a", "hello");
  const shown = "[System event] the build is green\n\n[System event] look at the mail";
  expect(second.texts()).toEqual([shown, "hello"]);
  const { messages } = await second.client.request("chat.history", { sessionKey: "main" });
  expect(messages.map(({ content }) => content)).toMatchObject([[{ text: "hello" }], [{ text: "echo: hello" }]]);
  await second.client.request("system-event", event);
  await second.client.converse("b", "and now?");
  expect(second.texts()).toEqual([shown, "hello", "echo: hello", "and now?"]);
  await second.gateway.close();

  // As a crash leaves it between the transcript and the list of what waits.
  await writeFile(join(home, "system-events.json"), waiting);
  const third = await start({ home });
  await third.client.converse("c", "still there?");
  expect(third.texts()?.filter((text) => text.startsWith("[System event]"))).toEqual([shown]);
});

it("a wake is worked on at once, and the same one only once", async () => {
  const { client, seen } = await start();
  const wake = { text: "the door bell", mode: "now", idempotencyKey: "bell" } as const;
  const { runId = "" } = await client.request("wake", wake);
  expect(await client.ended(runId)).toMatchObject({
    state: "final",
    message: { content: [{ text: "echo: the door bell" }] },
  });
  await client.request("wake", wake);
  expect(seen).toHaveLength(1);
});
