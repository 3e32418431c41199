import { afterEach, expect, it } from "vitest";

import { createMemoryChannel } from "../testing/memory-channel.ts";
import { createChannelRegistry } from "../outbox/channel.ts";
import { startTestGateway, type TestGatewayOptions } from "../testing/test-gateway.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const start = async (options: TestGatewayOptions = {}) => {
  const test = await startTestGateway(options);
  cleanups.push(() => test.stop());
  return test.client();
};

it("tools.catalog lists every tool once, by group, and says which the policy in force allows", async () => {
  const client = await start({
    config: (config) => ({ ...config, tools: { ...config.tools, profile: "coding", deny: ["write"] } }),
  });
  const { profile, groups } = await client.request("tools.catalog", {});
  const tools = groups.flatMap(({ id, tools: rows }) => rows.map((row) => ({ group: id, ...row })));
  expect(profile).toBe("coding");
  expect(new Set(tools.map(({ id }) => id)).size).toBe(tools.length);
  const shown = Object.fromEntries(tools.map(({ id, group, allowed }) => [id, { group, allowed }]));
  expect(shown).toMatchObject({
    read: { group: "fs", allowed: true },
    write: { group: "fs", allowed: false },
    exec: { group: "runtime", allowed: true },
    tts: { group: "ui", allowed: false },
  });
  await expect(client.request("tools.catalog", { agentId: "nobody" })).rejects.toThrow("NOT_FOUND");
});

it("channels.status has the clients' own sockets, and whatever else is connected", async () => {
  const channels = createChannelRegistry();
  const client = await start({ channels });
  expect((await client.request("channels.status", {})).channelOrder).toEqual(["webchat"]);
  channels.register(createMemoryChannel("telegram"));
  const status = await client.request("channels.status", {});
  expect(status.channelOrder).toEqual(["webchat", "telegram"]);
  expect(status.channels["telegram"]).toEqual({ configured: true, running: true, connected: true });
  expect((await client.request("channels.status", { channel: "telegram" })).channelOrder).toEqual(["telegram"]);
  await expect(client.request("channels.status", { channel: "signal" })).rejects.toThrow("NOT_FOUND");
});

it("models.list tells the default, and what stands for each model", async () => {
  const client = await start({ configuredModels: true });
  const { models } = await client.request("models.list", { includeDetails: true, view: "all" });
  expect(models.find(({ isDefault }) => isDefault)).toMatchObject({
    id: "offline/demo",
    aliases: ["demo"],
    demo: true,
  });
  expect((await client.request("models.list", { provider: "nobody" })).models).toEqual([]);
});

it("the lists of the family that a Koi has nothing for are empty", async () => {
  const client = await start();
  expect(await client.request("question.list", {})).toEqual({ questions: [] });
  expect(await client.request("plugin.approval.list", {})).toEqual([]);
  expect(await client.request("taskSuggestions.list", { sessionKey: "main" })).toEqual({ suggestions: [] });
});
