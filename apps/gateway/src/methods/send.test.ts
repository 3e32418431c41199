import { afterEach, describe, expect, it } from "vitest";

import { createChannelRegistry } from "../outbox/channel.ts";
import { createMemoryChannel } from "../testing/memory-channel.ts";
import { startTestGateway, type TestGateway } from "../testing/test-gateway.ts";

let stop: TestGateway["stop"] | undefined;
afterEach(async () => {
  await stop?.();
  stop = undefined;
});

const start = async (...names: string[]) => {
  const channels = createChannelRegistry();
  const memory = names.map((name) => createMemoryChannel(name));
  for (const channel of memory) channels.register(channel);
  const test = await startTestGateway({ channels });
  stop = () => test.stop();
  return { client: await test.client(), memory };
};

const message = (more: object = {}) => ({ to: "anna", message: "hello", idempotencyKey: "k", ...more });

describe("send", () => {
  it("delivers through the only channel, once a key, and answers with the other side's id", async () => {
    const { client, memory } = await start("memory");
    const delivered = { runId: "k", channel: "memory", status: "delivered", messageId: "m-k" };
    expect((await client.ask("send", message())).ok).toBe(true);
    expect(await client.request("send", message())).toEqual(delivered);
    expect(memory[0]?.received).toEqual([{ key: "k", to: "anna", text: "hello" }]);
  });

  it("needs to know which channel where there are several", async () => {
    const { client, memory } = await start("one", "two");
    expect(await client.ask("send", message())).toMatchObject({ error: { code: "INVALID_REQUEST" } });
    expect(await client.request("send", message({ channel: "two" }))).toMatchObject({ channel: "two" });
    expect(memory[1]?.received).toHaveLength(1);
  });

  it("says that the other side refused, and that no channel is connected", async () => {
    const { client, memory } = await start("memory");
    memory[0]?.plan.push("refuse");
    expect(await client.ask("send", message())).toMatchObject({
      error: { code: "UNAVAILABLE", message: "There is no such chat.", retryable: false },
    });
    await stop?.();
    const none = await start();
    expect(await none.client.ask("send", message())).toMatchObject({ error: { code: "UNAVAILABLE" } });
    expect(await none.client.ask("send", message({ message: "" }))).toMatchObject({
      error: { code: "INVALID_REQUEST" },
    });
  });
});
