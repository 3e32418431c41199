import { afterEach, describe, expect, it } from "vitest";

import { echo, scriptedCatalog } from "../testing/scripted-catalog.ts";
import { startTestGateway, type TestGateway } from "../testing/test-gateway.ts";

const gateways: TestGateway[] = [];

afterEach(async () => {
  for (const test of gateways.splice(0)) await test.stop();
});

/** A conversation with something in it, and what the model was asked. */
const talking = async (runs: number, words: number) => {
  const prompts: string[] = [];
  const catalog = scriptedCatalog((request) => {
    prompts.push(JSON.stringify(request.messages));
    return echo(request);
  });
  const test = await startTestGateway({ catalog });
  gateways.push(test);
  const client = await test.client();
  for (let run = 0; run < runs; run++)
    await client.converse(`run_${run}`, `question ${run} ${"with some words ".repeat(words)}`);
  prompts.length = 0;
  return { client, prompts };
};

describe("/compact", () => {
  it("summarizes in a run of its own, tells the clients, and the model goes on from the summary", async () => {
    const { client, prompts } = await talking(6, 40);
    const end = await client.converse("c", "/compact Keep the names.");
    expect(end).toMatchObject({
      state: "final",
      message: { content: [{ text: expect.stringContaining("compacted") }] },
    });
    expect(prompts.at(-1)).toContain("Keep the names.");
    await client.converse("d", "And now?");
    const last = prompts.at(-1);
    expect(last).toContain("Earlier in this conversation, summarized");
    expect(last).not.toContain("question 0");
    expect(last).not.toContain("/compact");
  });

  it("over the socket says whether there was something to compact", async () => {
    const { client } = await talking(6, 40);
    const first = await client.request("sessions.compact", { key: "main" });
    expect(first).toMatchObject({ ok: true, status: "done", compacted: true });
    const short = await talking(1, 1);
    const nothing = await short.client.request("sessions.compact", { key: "main" });
    expect(nothing).toMatchObject({ status: "done", compacted: false, message: "There is nothing to compact yet." });
    await expect(client.request("sessions.compact", { key: "nowhere" })).rejects.toThrow("NOT_FOUND");
  });
});
