import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { describe, expect, it } from "vitest";

import { createModelCatalog } from "./catalog.ts";
import type { ModelCatalogOptions } from "./port.ts";

const catalog = (options: Partial<ModelCatalogOptions> = {}) =>
  createModelCatalog({ providers: {}, prices: {}, env: {}, ...options });

const LAB = {
  api: "openai-completions",
  baseUrl: "http://127.0.0.1:9/v1",
  models: [{ id: "tiny", contextWindow: 8_192, maxTokens: 1_024 }],
} as const;

describe("the model catalogue", () => {
  it("always has the offline demo, marked as such", async () => {
    const model = await catalog().resolve("offline/demo");
    expect(model.info).toMatchObject({ ref: "offline/demo", demo: true });
    expect(catalog().list()).toContainEqual({ ...model.info, available: true });
  });

  it("knows the limits of the default model without configuration", async () => {
    const { info } = await catalog().resolve("amazon-bedrock/us.anthropic.claude-opus-4-6-v1");
    expect(info).toEqual({
      ref: "amazon-bedrock/us.anthropic.claude-opus-4-6-v1",
      provider: "amazon-bedrock",
      name: "Claude Opus 4.6",
      contextWindow: 200_000,
      maxOutputTokens: 128_000,
      reasoning: true,
      input: ["text", "image"],
      demo: false,
    });
  });

  it("gives a Claude it does not know what all of them have in common", async () => {
    const { info } = await catalog().resolve("amazon-bedrock/eu.anthropic.claude-opus-9-v1");
    expect(info).toMatchObject({ contextWindow: 200_000, reasoning: true });
  });

  it("describes configured models as configured and keeps slashes in their ids", async () => {
    const providers = { lab: LAB, any: { api: "openai-completions", baseUrl: LAB.baseUrl } } as const;
    expect((await catalog({ providers }).resolve("lab/tiny")).info).toMatchObject({
      contextWindow: 8_192,
      maxOutputTokens: 1_024,
    });
    expect((await catalog({ providers }).resolve("any/org/model")).info).toMatchObject({ name: "org/model" });
  });

  it.each([
    ["nowhere/model", /"nowhere", which is not configured/],
    ["lab/huge", /Listed: tiny/],
    ["offline/real", /not configured/],
    ["model", /write provider\/model/],
    ["lab/", /write provider\/model/],
  ])("refuses %s and says why", async (ref, message) => {
    const resolving = catalog({ providers: { lab: LAB } }).resolve(ref);
    await expect(resolving).rejects.toMatchObject({ code: "MODEL_NOT_FOUND", message: expect.stringMatching(message) });
  });

  it("refuses an OpenAI-compatible provider without an address", async () => {
    const resolving = catalog({ providers: { lab: { api: "openai-completions" } } }).resolve("lab/tiny");
    await expect(resolving).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });

  it("builds each model once", async () => {
    const one = catalog();
    expect(await one.resolve("offline/demo")).toBe(await one.resolve("offline/demo"));
  });

  it.each([
    [{}, {}, false],
    [{ "amazon-bedrock": { api: "bedrock-converse-stream" } } as const, {}, true],
    [{}, { AWS_PROFILE: "work" }, true],
  ])("with providers %j and environment %j says Bedrock is available: %s", (providers, env, available) => {
    const bedrock = catalog({ providers, env })
      .list()
      .filter(({ provider }) => provider === "amazon-bedrock");
    expect(bedrock.length).toBeGreaterThan(0);
    expect(bedrock.every((model) => model.available === available)).toBe(true);
  });

  it.each([
    ["us-west-2", "amazon-bedrock/us.anthropic.claude-opus-4-6-v1"],
    ["eu-central-1", "amazon-bedrock/eu.anthropic.claude-opus-4-6-v1"],
    ["ap-southeast-2", "amazon-bedrock/global.anthropic.claude-opus-4-6-v1"],
  ])("lists the inference profiles that serve %s", (region, ref) => {
    expect(
      catalog({ env: { AWS_REGION: region } })
        .list()
        .map((model) => model.ref),
    ).toContain(ref);
  });

  it("loads no provider's code before a model of it is resolved", async () => {
    const script = `
      const { registerHooks } = await import("node:module");
      const seen = [];
      registerHooks({ resolve: (name, context, next) => { seen.push(name); return next(name, context); } });
      const { createModelCatalog } = await import(${JSON.stringify(new URL("index.ts", import.meta.url).href)});
      const catalog = createModelCatalog({ providers: {}, prices: {}, env: {} });
      catalog.list();
      await catalog.resolve("offline/demo");
      console.log(JSON.stringify(seen.filter((name) => /^@(ai-sdk|aws-sdk|smithy)/.test(name))));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script]);
    expect(JSON.parse(stdout)).toEqual([]);
  });
});
