import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, describe, expect, it } from "vitest";

import { startTestGateway, type TestGateway } from "../testing/test-gateway.ts";

const gateways: TestGateway[] = [];

afterEach(async () => {
  for (const test of gateways.splice(0)) await test.stop();
});

const reported = async () => {
  const test = await startTestGateway();
  gateways.push(test);
  await mkdir(test.workspace, { recursive: true });
  await writeFile(join(test.workspace, "SOUL.md"), "Be warm.");
  const client = await test.client();
  await client.converse("a", "Hello.");
  const end = await client.converse("b", "/context");
  if (end.state !== "final") throw new Error(`the command ended with ${end.state}`);
  return end.message.content.map((block) => (block.type === "text" ? block.text : "")).join("");
};

describe("/context", () => {
  it("tells what the prompt, each file, each tool and the conversation occupy", async () => {
    const report = await reported();
    for (const part of [/Instructions: \d+/, /exec \d+/, /SOUL\.md \d+/, /Conversation: \d+ in 2 messages/]) {
      expect(report).toMatch(part);
    }
  });

  it("finds the base prompt with all tools of the default configuration within 6,000 tokens", async () => {
    const report = await reported();
    const tokens = Number(/Base prompt with all tools: (\d+)/.exec(report)?.[1]);
    process.stdout.write(`base prompt with all tools: ${tokens} tokens\n`);
    expect(tokens).toBeGreaterThan(1_000);
    expect(tokens).toBeLessThanOrEqual(6_000);
  });
});
