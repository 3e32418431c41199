import { startFakeBedrock, startFakeOpenAi } from "@skykoi/model/testing";
import { afterEach, describe, expect, it } from "vitest";

import { signUp, type Person } from "./person.ts";
import { newDataDir, removeDataDir } from "./data-dir.ts";
import { startSkykoi, type SkykoiProcess } from "./skykoi-process.ts";

const MODEL_PATH = /^\/model\/us\.anthropic\.claude-opus-4-6-v1\/converse-stream$/;
const ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE";
const SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const readyAgent = async (
  env: Record<string, string>,
): Promise<{ owner: Person; id: string; skykoi: SkykoiProcess }> => {
  const skykoi = await startSkykoi(newDataDir(), env);
  closers.push(async () => {
    await skykoi.interrupt();
    removeDataDir(skykoi.dataDir);
  });
  const owner = await signUp(skykoi.url);
  const { id } = await owner.createAgent("Opus");
  await owner.untilPhase(id, "ready");
  return { owner, id, skykoi };
};

describe("AWS credentials in the environment of npm start", () => {
  it("make Claude Opus 4.6 on Bedrock answer, with signed requests and real tools, and nothing else to configure", async () => {
    const bedrock = await startFakeBedrock({ secretAccessKeys: { [ACCESS_KEY]: SECRET_KEY } });
    closers.push(() => bedrock.close());
    const { owner, id, skykoi } = await readyAgent({
      SKYKOI_MODEL: "",
      AWS_ACCESS_KEY_ID: ACCESS_KEY,
      AWS_SECRET_ACCESS_KEY: SECRET_KEY,
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: bedrock.url,
    });
    bedrock.reply(
      {
        parts: [
          { text: "Let me look." },
          { toolUse: { id: "t1", name: "exec", input: { command: "echo from-opus" } } },
        ],
      },
      {
        parts: [{ text: ["It says ", "from-opus."] }],
        usage: { inputTokens: 100, outputTokens: 10, cacheReadTokens: 50 },
      },
    );

    const events = await owner.say(id, "what does the shell say?");
    expect(events.at(-1)?.event).toBe("final");
    expect(String(events.at(-1)?.data.text)).toContain("from-opus.");
    expect(Number(events.at(-1)?.data.costUsd)).toBeGreaterThan(0);
    expect(bedrock.requests).toHaveLength(2);
    for (const { path, headers } of bedrock.requests) {
      expect(decodeURIComponent(path)).toMatch(MODEL_PATH);
      expect(String(headers.authorization)).toContain(`Credential=${ACCESS_KEY}/`);
    }
    expect(skykoi.output()).toContain("amazon-bedrock/us.anthropic.claude-opus-4-6-v1");
    expect(skykoi.output()).not.toContain(SECRET_KEY);
  });

  it("keep the credentials out of what the agent's shell can see", async () => {
    const bedrock = await startFakeBedrock();
    closers.push(() => bedrock.close());
    const { owner, id } = await readyAgent({
      SKYKOI_MODEL: "",
      AWS_ACCESS_KEY_ID: ACCESS_KEY,
      AWS_SECRET_ACCESS_KEY: SECRET_KEY,
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: bedrock.url,
    });
    bedrock.reply(
      { parts: [{ toolUse: { id: "t1", name: "exec", input: { command: "env" } } }] },
      { parts: [{ text: "done" }] },
    );
    const events = await owner.say(id, "show the environment");
    const shown = JSON.stringify(events);
    expect(shown).toContain("PATH=");
    expect(shown).not.toMatch(/AWS_|SKYKOI_|gwt_/);
  });
});

describe("an OpenAI-compatible endpoint", () => {
  it("answers when its address is given, and its throttling is retried", async () => {
    const server = await startFakeOpenAi({ apiKey: "local-key" });
    closers.push(() => server.close());
    const { owner, id } = await readyAgent({
      SKYKOI_MODEL: "custom/tiny",
      SKYKOI_MODEL_BASE_URL: server.baseUrl,
      SKYKOI_MODEL_API_KEY: "local-key",
    });
    server.reply(
      { status: 429, type: "rate_limit_exceeded", message: "slow down", headers: { "retry-after": "0" } },
      { parts: [{ text: "Hello from nearby." }] },
    );
    const events = await owner.say(id, "hello");
    expect(String(events.at(-1)?.data.text)).toBe("Hello from nearby.");
  });
});
