import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createModelCatalog } from "../catalog.ts";
import type { ModelCatalog } from "../port.ts";
import { startFakeBedrock, type FakeBedrock } from "../testing/fake-bedrock.ts";
import { startFakeOpenAi, type FakeOpenAi } from "../testing/fake-openai.ts";

const TITAN = "amazon-bedrock/amazon.titan-embed-text-v2:0";
const COHERE = "amazon-bedrock/cohere.embed-multilingual-v3";
const COHERE_4 = "amazon-bedrock/us.cohere.embed-v4:0";
const LOCAL = "lab/nomic-embed-text";
const REFS = [TITAN, COHERE, COHERE_4, LOCAL];

let bedrock: FakeBedrock;
let lab: FakeOpenAi;
beforeAll(async () => {
  bedrock = await startFakeBedrock({ secretAccessKeys: { AKIDTEST: "a secret" } });
  lab = await startFakeOpenAi({ apiKey: "key" });
});
afterAll(() => Promise.all([bedrock.close(), lab.close()]));

const catalog = (secret = "a secret"): ModelCatalog =>
  createModelCatalog({
    providers: {
      "amazon-bedrock": { api: "bedrock-converse-stream", region: "eu-west-1", baseUrl: bedrock.url },
      lab: { api: "openai-completions", baseUrl: lab.baseUrl, apiKey: "key" },
    },
    prices: {},
    env: { AWS_ACCESS_KEY_ID: "AKIDTEST", AWS_SECRET_ACCESS_KEY: secret },
  });

const { signal } = new AbortController();

describe("embeddings", () => {
  it.each(REFS)("of %s come one for each text, in their order, whatever their number", async (ref) => {
    const texts = Array.from({ length: 130 }, (_, index) => `text ${index}`);
    const { vectors, inputTokens } = await catalog().embed(ref, texts, signal);
    expect(vectors).toHaveLength(130);
    expect(inputTokens).toBe(130 * 3);
    const [alone] = (await catalog().embed(ref, ["text 77"], signal)).vectors;
    expect(vectors[77]).toEqual(alone);
    expect(vectors[78]).not.toEqual(alone);
    expect(vectors[77]).toBeInstanceOf(Float32Array);
  });

  it("are asked for as each model expects it", async () => {
    await catalog().embed(TITAN, ["hello"], signal);
    expect(bedrock.requests.at(-1)).toMatchObject({
      path: "/model/amazon.titan-embed-text-v2%3A0/invoke",
      body: { inputText: "hello", normalize: true },
    });
    await catalog().embed(COHERE, ["hello"], signal);
    expect(bedrock.requests.at(-1)?.body).toMatchObject({ texts: ["hello"], input_type: "search_document" });
    await catalog().embed(COHERE, ["hello"], signal, "query");
    expect(bedrock.requests.at(-1)?.body).toMatchObject({ input_type: "search_query" });
    await catalog().embed(LOCAL, ["hello"], signal);
    expect(lab.requests.at(-1)).toMatchObject({
      path: "/v1/embeddings",
      body: { model: "nomic-embed-text", input: ["hello"] },
    });
  });

  it("of nothing are nothing, without a call", async () => {
    const before = bedrock.requests.length;
    expect(await catalog().embed(TITAN, [], signal)).toEqual({ vectors: [], inputTokens: 0 });
    expect(bedrock.requests).toHaveLength(before);
  });

  it.each(REFS)("of %s tell a throttled provider and how long it wants to be left alone", async (ref) => {
    const server = ref === LOCAL ? lab : bedrock;
    const type = ref === LOCAL ? "rate_limit_exceeded" : "ThrottlingException";
    server.reply({ status: 429, type, headers: { "retry-after": "2" } });
    await expect(catalog().embed(ref, ["hello"], signal)).rejects.toMatchObject({
      code: "MODEL_THROTTLED",
      retryable: true,
      retryAfterMs: 2_000,
    });
  });

  it("tell refused credentials, a provider without embeddings, and an abort", async () => {
    await expect(catalog("another").embed(TITAN, ["hello"], signal)).rejects.toMatchObject({
      code: "MODEL_AUTH_FAILED",
    });
    await expect(catalog().embed("anthropic/claude-opus-4-6", ["hello"], signal)).rejects.toMatchObject({
      code: "MODEL_NOT_FOUND",
    });
    await expect(catalog().embed(TITAN, ["hello"], AbortSignal.abort())).rejects.toMatchObject({ code: "ABORTED" });
  });

  it("have a price where it is published", () => {
    const usage = { inputTokens: 1_000_000, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
    expect(catalog().costUsd(TITAN, usage)).toBe(0.02);
    expect(catalog().costUsd(LOCAL, usage)).toBe(0);
  });
});
