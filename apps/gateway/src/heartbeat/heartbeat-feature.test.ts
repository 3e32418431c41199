import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, expect, it } from "vitest";

import { say, scriptedCatalog } from "../testing/scripted-catalog.ts";
import { startTestGateway } from "../testing/test-gateway.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

it("a client sees why there is no heartbeat, how one went and what it told, and can switch them off", async () => {
  const clock = { ms: Date.parse("2026-03-02T12:00:00Z") };
  const catalog = scriptedCatalog(() => say("The mail says hello."));
  const test = await startTestGateway({ catalog, now: () => clock.ms });
  cleanups.push(() => test.stop());
  const client = await test.client();
  expect(await client.request("last-heartbeat", {})).toMatchObject({
    status: "skipped",
    reason: "empty-heartbeat-file",
    enabled: true,
  });

  await mkdir(test.workspace, { recursive: true });
  await writeFile(join(test.workspace, "HEARTBEAT.md"), "- look at the mail");
  expect(await client.request("last-heartbeat", {})).toMatchObject({
    waitingFor: "not-due",
    nextAtMs: clock.ms + 1_800_000,
  });
  clock.ms += 1_800_000;
  await client.request("last-heartbeat", {});
  const told = await client.until("the heartbeat", () =>
    client.events.find(({ event, payload }) => event === "heartbeat" && payload.status === "sent"),
  );
  expect(told.payload).toMatchObject({ preview: "The mail says hello.", sessionKey: "agent:main:main" });
  const { messages } = await client.request("chat.history", { sessionKey: "main" });
  expect(messages.map(({ role, content }) => [role, content])).toMatchObject([
    ["assistant", [{ text: "The mail says hello." }]],
  ]);

  expect(await client.request("set-heartbeats", { enabled: false })).toEqual({ ok: true, enabled: false });
  expect(await client.request("last-heartbeat", {})).toMatchObject({ status: "skipped", reason: "disabled" });
});
