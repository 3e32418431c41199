import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createModelCatalog } from "./catalog.ts";
import type { LanguageModel, ModelImage, ModelMessage, ProviderConfig } from "./port.ts";
import { collect } from "./testing/collect.ts";
import { startFakeBedrock, type FakeBedrock } from "./testing/fake-bedrock.ts";
import { startFakeOpenAi, type FakeOpenAi } from "./testing/fake-openai.ts";

let bedrock: FakeBedrock;
let lab: FakeOpenAi;
beforeAll(async () => {
  [bedrock, lab] = await Promise.all([startFakeBedrock(), startFakeOpenAi()]);
});
afterAll(() => Promise.all([bedrock.close(), lab.close()]));

const models: NonNullable<ProviderConfig["models"]> = [{ id: "sees", input: ["text", "image"] }, { id: "reads" }];

const model = (ref: string): Promise<LanguageModel> =>
  createModelCatalog({
    providers: {
      "amazon-bedrock": { api: "bedrock-converse-stream", baseUrl: bedrock.url },
      lab: { api: "openai-completions", baseUrl: lab.baseUrl, models },
    },
    prices: {},
    env: { AWS_ACCESS_KEY_ID: "AKIDTEST", AWS_SECRET_ACCESS_KEY: "secret" },
  }).resolve(ref);

const CLAUDE = "amazon-bedrock/us.anthropic.claude-opus-4-6-v1";
const read = () => Promise.resolve(Uint8Array.from([1, 2, 3]));
const PNG: ModelImage = { mimeType: "image/png", sizeBytes: 2_000, read };
const JPEG: ModelImage = { mimeType: "image/jpeg", sizeBytes: 3, read };

const CONVERSATION: readonly ModelMessage[] = [
  { role: "user", text: "Look", images: [JPEG] },
  { role: "assistant", text: "", toolCalls: [{ id: "t1", name: "camera", input: {} }] },
  { role: "tool", results: [{ toolCallId: "t1", toolName: "camera", text: "Click.", isError: false, images: [PNG] }] },
];

const manyPictures = (count: number): ModelMessage[] =>
  Array.from({ length: count }, (_, index) => [
    { role: "user" as const, text: `Picture ${index}`, images: [PNG] },
    { role: "assistant" as const, text: "I see.", toolCalls: [] },
  ])
    .flat()
    .slice(0, -1);

const shownPictures = async (count: number): Promise<number> => {
  await collect(await model(CLAUDE), { messages: manyPictures(count) });
  return JSON.stringify(bedrock.requests.at(-1)?.body).split('"AQID"').length - 1;
};

describe("a picture", () => {
  it("reaches a model on Bedrock beside the text it came with, also in a tool's result", async () => {
    const tools = [{ name: "camera", description: "Takes pictures", inputSchema: { type: "object" } }];
    await collect(await model(CLAUDE), { messages: CONVERSATION, tools });
    expect(bedrock.requests.at(-1)?.body).toMatchObject({
      messages: [
        { content: [{ text: "Look" }, { image: { format: "jpeg", source: { bytes: "AQID" } } }, { cachePoint: {} }] },
        {},
        {
          content: [
            { toolResult: { content: [{ text: "Click." }, { image: { format: "png", source: { bytes: "AQID" } } }] } },
            { cachePoint: {} },
          ],
        },
      ],
    });
  });

  it("reaches an OpenAI-compatible model, after the result where that may only be text", async () => {
    await collect(await model("lab/sees"), { system: "", messages: CONVERSATION });
    expect(lab.requests.at(-1)?.body).toMatchObject({
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "Look" },
            { type: "image_url", image_url: { url: "data:image/jpeg;base64,AQID" } },
          ],
        },
        { role: "assistant" },
        { role: "tool", content: "Click." },
        {
          role: "user",
          content: [
            { type: "text", text: "Picture from the tool camera:" },
            { type: "image_url", image_url: { url: "data:image/png;base64,AQID" } },
          ],
        },
      ],
    });
  });

  it("is told in words to a model that cannot see it, and its bytes are not read", async () => {
    const unread = { ...PNG, read: () => Promise.reject(new Error("read")) };
    const messages: ModelMessage[] = [{ role: "user", text: "", images: [unread] }];
    expect((await collect(await model("lab/reads"), { messages })).fault).toBeUndefined();
    const words = "(a picture, image/png, 2 KB, that this model cannot see)";
    expect(lab.requests.at(-1)?.body).toMatchObject({ messages: [{}, { role: "user", content: words }] });
    await collect(await model("lab/reads"), { messages: CONVERSATION });
    expect(lab.requests.at(-1)?.body).toMatchObject({
      messages: [{}, {}, {}, { role: "tool", content: `Click.\n${words}` }],
    });
  });

  it("that is gone is said to be gone", async () => {
    const gone = { ...PNG, read: () => Promise.resolve(undefined) };
    await collect(await model(CLAUDE), { messages: [{ role: "user", text: "Look", images: [gone] }] });
    expect(bedrock.requests.at(-1)?.body).toMatchObject({
      messages: [{ content: [{ text: "Look" }, { text: "(a picture that is no longer shown)" }, { cachePoint: {} }] }],
    });
  });

  it.each([
    [20, 20],
    [21, 11],
    [30, 20],
    [31, 11],
  ])("of %i makes room for newer ones, so that %i are shown", async (count, shown) => {
    expect(await shownPictures(count)).toBe(shown);
  });
});
