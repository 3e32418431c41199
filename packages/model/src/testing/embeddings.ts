/** Vectors of a fake server: of one text always the same, of different texts different ones. */

import { createHash } from "node:crypto";

const DIMENSIONS = 8;

const fakeVector = (text: string): number[] =>
  Array.from(createHash("sha256").update(text).digest().subarray(0, DIMENSIONS), (byte) => byte / 256);

interface BedrockEmbedding {
  readonly body: object;
  readonly headers: Readonly<Record<string, string>>;
}

/** Titan takes one text and counts in the body, Cohere takes many and counts in a header. */
export const embedAsBedrock = (modelId: string, body: unknown): BedrockEmbedding => {
  const { inputText, texts } = typeof body === "object" && body !== null ? { inputText: "", texts: [], ...body } : {};
  if (!modelId.includes("cohere.")) {
    return { body: { embedding: fakeVector(String(inputText)), inputTextTokenCount: 3 }, headers: {} };
  }
  const all = Array.isArray(texts) ? texts.map(String) : [];
  const vectors = all.map(fakeVector);
  return {
    body: { embeddings: modelId.includes("embed-v4") ? { float: vectors } : vectors },
    headers: { "x-amzn-bedrock-input-token-count": String(all.length * 3) },
  };
};

export const embedAsOpenAi = (body: unknown): object => {
  const { input = [] } = typeof body === "object" && body !== null && "input" in body ? body : {};
  const all = Array.isArray(input) ? input.map(String) : [];
  return {
    object: "list",
    data: all.map((text, index) => ({ object: "embedding", index, embedding: fakeVector(text) })),
    usage: { prompt_tokens: all.length * 3, total_tokens: all.length * 3 },
  };
};
