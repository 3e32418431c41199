import type { TranscriptEntry } from "@skykoi/agent";
import { NO_USAGE } from "@skykoi/model";
import { ChatMessage } from "@skykoi/protocol";
import { compileValidator } from "@skykoi/schema";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { historyPage } from "./history-page.ts";

const identity = (number: number) => ({ id: `e${number}`, parentId: null, timestamp: number, runId: `r${number}` });
const content = [{ type: "text" as const, text: "hello" }];

const entry = (number: number, type: TranscriptEntry["type"]): TranscriptEntry => {
  switch (type) {
    case "user":
      return { ...identity(number), type, content };
    case "assistant":
      return {
        ...identity(number),
        type,
        content,
        model: "offline/demo",
        stopReason: "stop",
        usage: NO_USAGE,
        costUsd: 0,
      };
    case "toolResult":
      return {
        ...identity(number),
        type,
        toolCallId: "t",
        toolName: "ls",
        content,
        isError: false,
        durationMs: 1.5,
      };
    case "notice":
      return { ...identity(number), type, kind: "interrupted", content };
    default:
      return { ...identity(number), type: "runEnd", outcome: "completed" };
  }
};

const types = fc.constantFrom("user", "assistant", "toolResult", "notice", "runEnd" as const);
const history = fc.array(types).map((list) => list.map((type, number) => entry(number, type)));
const nothingPending = new Set<string>();
const request = { pendingRunIds: nothingPending, before: undefined, limit: 100, maxCharacters: 1_000_000 };

describe("history pages", () => {
  it("page by page, backwards, every message is seen once and in order", () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 900 }), (entries, limit, max) => {
        const seen: string[] = [];
        let before: string | undefined;
        for (;;) {
          const page = historyPage({ ...request, entries, limit, before, maxCharacters: max });
          expect(page.messages.length).toBeLessThanOrEqual(limit);
          seen.unshift(...page.messages.map(({ id }) => id));
          before = page.messages[0]?.id;
          if (!page.hasMore) break;
        }
        expect(seen).toEqual(entries.filter(({ type }) => type !== "runEnd").map(({ id }) => id));
      }),
    );
  });

  it("holds messages of the protocol's form", () => {
    const validate = compileValidator(ChatMessage);
    const entries = (["user", "assistant", "toolResult", "notice"] as const).map((type, n) => entry(n, type));
    for (const message of historyPage({ ...request, entries }).messages) expect(validate(message).ok).toBe(true);
  });

  it("leaves out the message of a run that waits", () => {
    const entries = [entry(1, "user"), entry(2, "user")];
    const page = historyPage({ ...request, entries, pendingRunIds: new Set(["r2"]) });
    expect(page.messages.map(({ id }) => id)).toEqual(["e1"]);
    expect(page.totalMessages).toBe(1);
  });

  it("refuses to page from a message it does not have", () => {
    expect(() => historyPage({ ...request, entries: [entry(1, "user")], before: "e9" })).toThrow(/before must be/);
  });
});
