import { describe, expect, it } from "vitest";

import { shortModelName } from "./model-name.ts";

describe("a model's short name", () => {
  it.each([
    ["amazon-bedrock/us.anthropic.claude-opus-4-6-v1", "claude-opus-4-6"],
    ["amazon-bedrock/anthropic.claude-sonnet-4-20250514-v1:0", "claude-sonnet-4-20250514"],
    ["custom/qwen/qwen3-8b", "qwen3-8b"],
    ["custom/gpt-4.1", "gpt-4.1"],
    ["offline/demo", "offline/demo"],
  ])("of %s is %s", (ref, name) => expect(shortModelName(ref)).toBe(name));
});
