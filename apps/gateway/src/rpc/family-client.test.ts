import { afterEach, describe, expect, it } from "vitest";

import { startTestGateway, type TestGateway } from "../testing/test-gateway.ts";

let test: TestGateway | undefined;

afterEach(() => test?.stop());

/** As a terminal of the protocol family introduces itself. */
const CONNECT = {
  minProtocol: 4,
  maxProtocol: 4,
  client: {
    id: "cli",
    displayName: "terminal",
    version: "2026.9.6",
    platform: "linux",
    mode: "ui",
    instanceId: "5b1c7f36-6f0e-4a62-9d0a-2b9f1f3f9d10",
  },
  role: "operator",
  scopes: ["operator.admin", "operator.read", "operator.write", "operator.approvals"],
  caps: ["agent-kind", "plugin-approvals", "task-suggestions", "tool-events"],
};

describe("an unmodified terminal client of the protocol family", () => {
  it("starts, shows the history, sends, reads the answer, lists and switches sessions, chooses and resets", async () => {
    test = await startTestGateway();
    const client = await test.client(CONNECT);
    const call = async (method: string, params: unknown): Promise<Record<string, unknown>> => {
      const answer = await client.ask(method, params);
      if (!answer.ok) throw new Error(`${method}: ${JSON.stringify(answer.error)}`);
      return Object(answer.payload);
    };

    // What it asks for when it has connected.
    await call("sessions.subscribe", {});
    expect(await call("agents.list", {})).toMatchObject({ defaultId: "main", mainKey: "main", scope: "per-sender" });
    const key = "agent:main:main";
    expect(await call("chat.history", { sessionKey: key, limit: 200 })).toMatchObject({ messages: [] });
    expect(await call("sessions.describe", { key, agentId: "main" })).toEqual({ session: null });
    expect(await call("sessions.list", { agentId: "main", limit: 1 })).toMatchObject({
      defaults: { modelProvider: "offline", model: "offline/demo", contextTokens: 32_000 },
    });
    expect(await call("commands.list", { agentId: "main", scope: "text", includeArgs: false })).toHaveProperty(
      "commands",
    );

    const send = { sessionKey: key, agentId: "main", message: "hello", deliver: false, timeoutMs: 30_000 };
    expect(await call("chat.send", { ...send, sessionId: "ses_shown", idempotencyKey: "r1" })).toEqual({
      runId: "r1",
      status: "started",
    });
    expect(await client.ended("r1")).toMatchObject({ state: "final", sessionKey: key, message: { role: "assistant" } });
    const { messages } = await call("chat.history", { sessionKey: key, agentId: "main", limit: 200 });
    // It knows its own message again by this.
    expect(messages).toMatchObject([{ role: "user", idempotencyKey: "r1:user" }, { role: "assistant" }]);

    expect(await call("chat.abort", { sessionKey: key, agentId: "main", preserveSideRuns: true })).toMatchObject({
      ok: true,
      aborted: false,
    });

    // A bare key belongs to the agent that is named beside it.
    const created = await call("sessions.create", {
      key: "tui-1",
      agentId: "main",
      parentSessionKey: key,
      succeedsParent: true,
      emitCommandHooks: true,
    });
    expect(created).toMatchObject({ ok: true, key: "agent:main:tui-1", entry: { sessionId: created["sessionId"] } });
    expect(await call("sessions.patch", { key: "agent:main:tui-1", thinkingLevel: "high" })).toMatchObject({
      ok: true,
      entry: { thinkingLevel: "high" },
      resolved: { modelProvider: "offline", model: "offline/demo" },
    });
    const listing = await call("sessions.list", { limit: 50, includeGlobal: false, includeUnknown: false });
    expect(listing).toMatchObject({ count: 2, sessions: [{ key: "agent:main:tui-1" }, { key }] });
    expect(await call("sessions.reset", { key: "tui-1", agentId: "main", reason: "reset" })).toMatchObject({
      ok: true,
    });
    expect(await call("status", undefined)).toBeTypeOf("object");
  });
});
