/** `models`, `limits`: where language models are reached, what they cost, and what may be spent. */

import { Type } from "typebox";

import { SECRET, hot, oneOf, optionalText, section } from "./key.ts";
import { PATTERNS, matching } from "./pattern.ts";

const price = (description: string) => Type.Number({ minimum: 0, description });

const tokens = (description: string) => Type.Optional(Type.Integer({ minimum: 1, description }));

const provider = section({
  api: oneOf(["bedrock-converse-stream", "anthropic-messages", "openai-completions"], {
    description: "The protocol it speaks.",
  }),
  region: optionalText("The AWS region of Bedrock."),
  baseUrl: Type.Optional(
    matching(PATTERNS.httpUrl, {
      description: "Another address; for `anthropic-messages` and `openai-completions` the URL up to and with `/v1`.",
    }),
  ),
  apiKey: Type.Optional(
    Type.String({
      ...SECRET,
      description: "What is presented to it; `anthropic` and `openai` also take theirs from the environment.",
    }),
  ),
  models: Type.Optional(
    Type.Array(
      section({
        id: Type.String({ minLength: 1, description: "The provider's name of the model." }),
        name: optionalText("The model's name for people."),
        contextWindow: tokens("Tokens it can read."),
        maxTokens: tokens("Tokens it writes at most."),
        input: Type.Optional(
          Type.Array(Type.Enum(["text", "image"]), { description: "What it understands, where that is not known." }),
        ),
        reasoning: Type.Optional(Type.Boolean({ description: "Whether it can reason, where that is not known." })),
      }),
      { description: "The models it has; where they are listed, only these exist." },
    ),
  ),
});

export const models = section({
  providers: Type.Record(
    Type.String({ minLength: 1 }),
    provider,
    hot({}, "Where models are reached, by name; `amazon-bedrock`, `anthropic` and `openai` are always there."),
  ),
  aliases: Type.Record(
    Type.String({ minLength: 1 }),
    matching(PATTERNS.modelRef),
    hot(
      {},
      "Short names for models, for example in `/new fast`; `opus`, `sonnet`, `haiku` and `demo` are always there.",
    ),
  ),
  prices: Type.Record(
    Type.String({ minLength: 1 }),
    section({
      inputUsdPerMTok: price("What is read."),
      outputUsdPerMTok: price("What is written."),
      cacheReadUsdPerMTok: price("What is read from the cache."),
      cacheWriteUsdPerMTok: price("What is written to the cache."),
    }),
    hot({}, "US dollars for a million tokens, by model reference; each takes the place of the published price."),
  ),
});

const usd = (value: number, description: string) => Type.Number({ ...hot(value, description), minimum: 0 });

export const limits = section({
  maxUsdPerRun: usd(5, "US dollars that one run may cost; 0 allows nothing that costs."),
  maxUsdPerDay: usd(25, "US dollars that a day may cost."),
  maxUsdPerMonth: usd(200, "US dollars that a month may cost."),
});
