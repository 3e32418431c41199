/** `models`, `limits`: where language models are reached, what they cost, and what may be spent. */

import { Type } from "typebox";

import { SECRET, hot, oneOf, section } from "./key.ts";
import { PATTERNS, matching } from "./pattern.ts";

const price = Type.Number({ minimum: 0 });

export const models = section({
  /** By name; `amazon-bedrock` is always there. */
  providers: Type.Record(
    Type.String({ minLength: 1 }),
    section({
      api: oneOf(["bedrock-converse-stream", "openai-completions"], {}),
      region: Type.Optional(Type.String({ minLength: 1 })),
      /** For `openai-completions`: the URL up to and with `/v1`. */
      baseUrl: Type.Optional(matching(PATTERNS.httpUrl)),
      apiKey: Type.Optional(Type.String(SECRET)),
      models: Type.Optional(
        Type.Array(
          section({
            id: Type.String({ minLength: 1 }),
            name: Type.Optional(Type.String({ minLength: 1 })),
            contextWindow: Type.Optional(Type.Integer({ minimum: 1 })),
            maxTokens: Type.Optional(Type.Integer({ minimum: 1 })),
          }),
        ),
      ),
    }),
    hot({}),
  ),
  /** By model reference, in US dollars for a million tokens. Added to the built-in prices. */
  prices: Type.Record(
    Type.String({ minLength: 1 }),
    section({
      inputUsdPerMTok: price,
      outputUsdPerMTok: price,
      cacheReadUsdPerMTok: price,
      cacheWriteUsdPerMTok: price,
    }),
    hot({}),
  ),
});

/** US dollars; 0 allows nothing that costs. */
export const limits = section({
  maxUsdPerRun: Type.Number({ ...hot(5), minimum: 0 }),
  maxUsdPerDay: Type.Number({ ...hot(25), minimum: 0 }),
  maxUsdPerMonth: Type.Number({ ...hot(200), minimum: 0 }),
});
