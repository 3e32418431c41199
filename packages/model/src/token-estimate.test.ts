import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { ModelMessage } from "./port.ts";
import { estimateTextTokens, estimateTokens, TOKENS_PER_IMAGE } from "./token-estimate.ts";

const of = (messages: readonly ModelMessage[]) => estimateTokens({ messages });

describe("the token estimate", () => {
  // Counts of o200k; the tokenizers of Claude need up to a third more.
  it.each([
    ["The quick brown fox jumps over the lazy dog.", 10],
    ["Die Donaudampfschifffahrtsgesellschaft fährt heute nicht.", 14],
    ['{"path": "src/index.ts", "limit": 200}', 14],
    ["const total = items.reduce((sum, item) => sum + item.price, 0);", 19],
    ["aGVsbG8gd29ybGQsIHRoaXMgaXMgYmFzZTY0", 23],
    ["2026-11-27T21:45:52.123456789Z", 17],
    ["你好,世界。今天天气很好。", 9],
  ])("of %j is not below %i, and not more than twice it", (text, tokens) => {
    expect(estimateTextTokens(text)).toBeGreaterThanOrEqual(tokens);
    expect(estimateTextTokens(text)).toBeLessThanOrEqual(tokens * 2);
  });

  it("counts everything a request holds: system, texts, pictures, reasoning, calls, results, tools", () => {
    const image = { mimeType: "image/png", sizeBytes: 1, read: () => Promise.resolve(undefined) };
    const base = estimateTokens({ messages: [{ role: "user", text: "a" }] });
    expect(estimateTokens({})).toBe(0);
    expect(estimateTokens({ messages: [{ role: "user", text: "a", images: [image] }] })).toBe(base + TOKENS_PER_IMAGE);
    const plain = { role: "assistant", text: "a", toolCalls: [] } as const;
    const reasoning = [{ text: "because of this", signature: "s", model: "m/x" }];
    expect(of([{ ...plain, reasoning }])).toBeGreaterThan(of([plain]));
    expect(of([{ ...plain, toolCalls: [{ id: "1", name: "ls", input: { path: "a/b" } }] }])).toBeGreaterThan(
      of([plain]),
    );
    const tool = { name: "ls", description: "Lists", inputSchema: { type: "object" } };
    expect(estimateTokens({ tools: [tool] })).toBeGreaterThan(300);
  });

  it("never falls when something is added", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(estimateTextTokens(a + b)).toBeGreaterThanOrEqual(estimateTextTokens(a));
      }),
    );
  });
});
