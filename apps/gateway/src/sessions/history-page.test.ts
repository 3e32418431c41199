import type { TranscriptEntry } from "@skykoi/agent";
import { NO_USAGE } from "@skykoi/model";
import { ChatMessage } from "@skykoi/protocol";
import { compileValidator } from "@skykoi/schema";
import { expect, it } from "vitest";

import { toHistoryPage } from "./history-page.ts";

const identity = (number: number) => ({ id: `e${number}`, parentId: null, timestamp: number, runId: `r${number}` });
const content = [{ type: "text" as const, text: "hello" }];

const ENTRIES: readonly TranscriptEntry[] = [
  { ...identity(0), type: "user", content },
  {
    ...identity(1),
    type: "assistant",
    content,
    model: "offline/demo",
    stopReason: "stop",
    usage: NO_USAGE,
    costUsd: 0,
  },
  { ...identity(2), type: "toolResult", toolCallId: "t", toolName: "ls", content, isError: false, durationMs: 1.5 },
  { ...identity(3), type: "notice", kind: "interrupted", content },
  { ...identity(4), type: "compaction", summary: "They said hello.", firstKeptId: null, tokensBefore: 10 },
];

it("a page holds messages of the protocol's form, one for each entry a reader sees", () => {
  const validate = compileValidator(ChatMessage);
  const { messages, ...rest } = toHistoryPage({ entries: ENTRIES, hasMore: true, total: 9 });
  expect(rest).toEqual({ hasMore: true, totalMessages: 9 });
  expect(messages.map(({ id }) => id)).toEqual(ENTRIES.map(({ id }) => id));
  for (const message of messages) expect(validate(message).ok).toBe(true);
});
