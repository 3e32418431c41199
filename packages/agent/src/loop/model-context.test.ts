import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { NewEntry } from "../port.ts";
import { anyHistory, answer, end, history, joined, result, user } from "../testing/histories.ts";
import { modelMessages } from "./model-context.ts";

const beat = (runId: string): NewEntry => {
  return { type: "user", runId, content: [{ type: "text", text: "look" }], origin: { kind: "heartbeat" } };
};

describe("what the model is told", () => {
  it("is the earlier runs and the message at hand, without messages that still wait", () => {
    const entries = history(user("a"), answer("a"), end("a"), user("b"), user("c"));
    expect(modelMessages(entries, "b")).toEqual([
      { role: "user", text: "ask a" },
      { role: "assistant", text: "answer a", toolCalls: [] },
      { role: "user", text: "ask b" },
    ]);
  });

  it("leaves out heartbeats that had nothing to tell, and keeps those that had", () => {
    const quiet = [
      beat("h1"),
      answer("h1", "", ["t1"]),
      result("h1", "t1"),
      answer("h1", "**HEARTBEAT_OK**."),
      end("h1"),
    ];
    const failed = [beat("h2"), end("h2", "failed")];
    const told = [beat("h3"), answer("h3", "The disk is full."), end("h3")];
    const answered = [beat("h4"), user("a"), joined("a", "h4"), answer("h4", "HEARTBEAT_OK"), end("h4")];
    const texts = modelMessages(history(...quiet, ...failed, ...told, ...answered, user("b")), "b").map((message) =>
      message.role === "tool" ? "" : message.text,
    );
    expect(texts).toEqual(["look", "The disk is full.", "look", "ask a", "HEARTBEAT_OK", "ask b"]);
  });

  it("gives each tool call its result directly after the answer that made it", () => {
    const entries = history(
      user("a"),
      answer("a", "", ["t1", "t2"]),
      user("b"),
      result("a", "t1"),
      result("a", "t2", "b.md"),
    );
    expect(modelMessages(entries, "a").slice(1)).toEqual([
      {
        role: "assistant",
        text: "",
        toolCalls: [
          { id: "t1", name: "ls", input: {} },
          { id: "t2", name: "ls", input: {} },
        ],
      },
      {
        role: "tool",
        results: [
          { toolCallId: "t1", toolName: "ls", text: "a.md", isError: false },
          { toolCallId: "t2", toolName: "ls", text: "b.md", isError: false },
        ],
      },
    ]);
  });

  it("completes a dangling tool call with an error and says that the run was cut short", () => {
    const entries = history(user("a"), answer("a", "Looking.", ["t1"]), end("a", "aborted"), user("b"));
    const messages = modelMessages(entries, "b");
    expect(messages[2]).toMatchObject({ role: "tool", results: [{ toolCallId: "t1", isError: true }] });
    expect(messages[3]).toEqual({ role: "assistant", text: "[stopped by the user]", toolCalls: [] });
  });

  it("keeps a partial answer and marks how it ended", () => {
    const entries = history(user("a"), answer("a", "Half"), end("a", "interrupted"), user("b"));
    expect(modelMessages(entries, "b")[1]).toMatchObject({ text: "Half\n\n[interrupted by a restart]" });
  });

  it("tells of a message that was stopped or failed before any answer", () => {
    const entries = history(user("a"), end("a", "failed"), user("b"));
    expect(modelMessages(entries, "b")[1]).toMatchObject({ role: "assistant", text: "[this answer failed]" });
  });

  it("is well formed for any history: roles alternate, every call has exactly one result", () => {
    fc.assert(
      fc.property(anyHistory, (past) => {
        const entries = [...past, ...history(user("now")).map((entry) => ({ ...entry, id: "now" }))];
        const messages = modelMessages(entries, "now");
        expect(messages.at(-1)).toEqual({ role: "user", text: "ask now" });
        for (const [index, message] of messages.entries()) {
          const before = messages[index - 1];
          if (message.role === "user") expect(before?.role ?? "assistant").toBe("assistant");
          if (message.role === "assistant") expect(["user", "tool"]).toContain(before?.role);
          const made = before?.role === "assistant" ? before.toolCalls.map(({ id }) => id) : [];
          const answered = message.role === "tool" ? message.results.map(({ toolCallId }) => toolCallId) : [];
          expect(answered).toEqual(made);
        }
      }),
    );
  });

  it("only grows at its end while a run works, so that it can be cached", () => {
    const past = history(
      user("a"),
      answer("a"),
      end("a"),
      user("b"),
      answer("b", "", ["t"]),
      result("b", "t"),
      user("c"),
    );
    const before = modelMessages(past.slice(0, 4), "b");
    expect(modelMessages(past, "b").slice(0, before.length)).toEqual(before);
  });
});
