import { Type } from "typebox";
import { expect, it } from "vitest";

import { modelSchema } from "./model-schema.ts";

it("a model is shown what fields there are, and not the bounds that only the check needs", () => {
  const schema = Type.Object(
    {
      pattern: Type.String({ minLength: 1, maxLength: 9, description: "What to look for" }),
      maxLength: Type.Optional(Type.Integer({ minimum: 0, maximum: 5 })),
      names: Type.Array(Type.String({ minLength: 1 }), { maxItems: 3 }),
    },
    { additionalProperties: false },
  );
  expect(JSON.parse(JSON.stringify(modelSchema(schema)))).toEqual({
    type: "object",
    required: ["pattern", "names"],
    properties: {
      pattern: { type: "string", description: "What to look for" },
      maxLength: { type: "integer", minimum: 0, maximum: 5 },
      names: { type: "array", items: { type: "string" } },
    },
  });
  expect(JSON.stringify(schema)).toContain("minLength");
});
