import type { ChatItem, LiveRun } from "@skykoi/client";
import { describe, expect, it } from "vitest";

import { chatRows } from "./chat-rows.ts";

const at = Date.parse("2026-11-22T10:00:00");
const dayMs = 86_400_000;

const user = (runId: string, facts: Partial<Extract<ChatItem, { kind: "user" }>> = {}): ChatItem => ({
  kind: "user",
  key: `user:${runId}`,
  runId,
  at,
  text: "list files",
  state: "sent",
  ...facts,
});
const text = (runId: string, words: string, streaming = false): ChatItem => ({
  kind: "text",
  key: `${runId}:${words}`,
  runId,
  text: words,
  streaming,
});
const tool = (runId: string, state: "running" | "done" | "failed" | "interrupted"): ChatItem => ({
  kind: "tool",
  key: `${runId}:tool`,
  runId,
  toolCallId: "t1",
  name: "ls",
  title: "list files",
  args: {},
  state,
  output: "",
  durationMs: undefined,
});
const run = (runId: string, detail?: string): LiveRun => ({
  runId,
  user: undefined,
  status: "running",
  detail,
  blocks: [],
  messageStart: 0,
  complete: true,
  broken: false,
  begun: true,
  lastSeq: undefined,
  end: undefined,
});

const kinds = (items: readonly ChatItem[], active?: LiveRun) => chatRows(items, active).map(({ kind }) => kind);

const notice = (kind: "error" | "interrupted" | "aborted"): ChatItem => ({
  kind: "notice",
  key: "a:end",
  runId: "a",
  notice: kind,
  text: "The model did not answer.",
});

/** What each row that tells of an end offers to send again. */
const again = (...items: ChatItem[]) =>
  chatRows(items, undefined).map((row) => (row.kind === "notice" ? row.again : undefined));

describe("the rows of a conversation", () => {
  it("name a day once, before its first message", () => {
    const items = [user("a"), text("a", "done"), user("b"), user("c", { at: at + dayMs })];
    expect(kinds(items)).toEqual(["day", "user", "answer", "user", "day", "user"]);
  });

  it("give the agent's face to the first of its rows only", () => {
    const rows = chatRows([user("a"), text("a", "look"), tool("a", "done"), text("a", "found"), user("b")], undefined);
    expect(rows.flatMap((row) => ("leads" in row ? [row.leads] : []))).toEqual([true, false, false]);
  });

  it("leave out what says nothing", () => {
    expect(kinds([user("a"), text("a", "  "), tool("a", "done")])).toEqual(["day", "user", "tool"]);
  });

  it("show that a run works until it shows so itself, above what waits behind it", () => {
    const queued = user("b", { state: "queued" });
    expect(kinds([user("a"), queued], run("a"))).toEqual(["day", "user", "working", "user"]);
    expect(kinds([user("a"), text("a", "so", true), queued], run("a"))).toEqual(["day", "user", "answer", "user"]);
    expect(kinds([user("a"), tool("a", "running")], run("a"))).toEqual(["day", "user", "tool"]);
    expect(kinds([user("a"), tool("a", "done")], run("a"))).toEqual(["day", "user", "tool", "working"]);
  });

  it("say why a run takes longer", () => {
    expect(chatRows([user("a")], run("a", "Asking the model again.")).at(-1)).toMatchObject({
      kind: "working",
      words: "Asking the model again.",
    });
  });

  it("show a call that never ended as stopped", () => {
    expect(chatRows([tool("a", "interrupted")], undefined)[0]).toMatchObject({ kind: "tool", state: "stopped" });
  });

  it("offer to send again what went wrong last, and nothing else", () => {
    expect(again(user("a"), notice("error")).at(-1)).toBe("list files");
    expect(again(user("a"), notice("interrupted")).at(-1)).toBe("list files");
    expect(again(user("a"), notice("aborted")).at(-1)).toBeUndefined();
    expect(again(user("a"), notice("error"), user("b"), text("b", "done"))).not.toContain("list files");
  });

  it("keep the reason with a message that was not sent", () => {
    const failed = user("a", { state: "failed", error: "Too many messages are waiting in this session." });
    expect(chatRows([failed], undefined)[1]).toMatchObject({
      delivery: "failed",
      reason: "Too many messages are waiting in this session.",
    });
  });
});
