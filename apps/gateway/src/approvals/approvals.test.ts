import { readFileSync, statSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import type { SkykoiConfig } from "@skykoi/config";
import { silentLogger } from "@skykoi/log";
import type { ApprovalRequest } from "@skykoi/protocol";
import { describe, expect, it, onTestFinished } from "vitest";

import type { RawClient } from "../testing/raw-client.ts";
import { finish, say, scriptedCatalog, type Script } from "../testing/scripted-catalog.ts";
import { startTestGateway, temporaryDirectory, type TestGatewayOptions } from "../testing/test-gateway.ts";
import { createAllowFile } from "./allow-file.ts";

/** Runs the command that the person wrote, once, and repeats what came of it. */
const runsCommand: Script = async function* runsCommand({ messages }) {
  const last = messages.at(-1);
  if (last?.role === "user") {
    yield { type: "tool-call", id: "call_1", name: "exec", input: { command: last.text } };
    yield { ...finish, reason: "tool-calls" };
    return;
  }
  yield* say(JSON.stringify(last));
};

type Exec = SkykoiConfig["tools"]["exec"];

const gateway = async (exec: Partial<Exec>, options: TestGatewayOptions = {}) => {
  const started = await startTestGateway({
    catalog: scriptedCatalog(runsCommand),
    config: (config) => ({ ...config, tools: { ...config.tools, exec: { ...config.tools.exec, ...exec } } }),
    ...options,
  });
  onTestFinished(() => started.stop());
  const open = (connect?: object) => started.client(connect);
  return { open, workspace: started.workspace, stop: () => started.stop() };
};

const send = (client: RawClient, runId: string, message: string) =>
  client.request("chat.send", { sessionKey: "main", message, idempotencyKey: runId });

const requested = (client: RawClient, count = 1): Promise<ApprovalRequest> =>
  client.until("approval request", () => {
    const all = client.events.flatMap((received) =>
      received.event === "exec.approval.requested" ? [received.payload] : [],
    );
    return all[count - 1];
  });

const decisions = (client: RawClient) =>
  client.events.flatMap(({ event, payload }) => (event === "exec.approval.resolved" ? [payload.decision] : []));

const answerOf = async (client: RawClient, runId: string): Promise<string> => JSON.stringify(await client.ended(runId));

describe("a command that is asked about", () => {
  it("runs when a person allows it, once", async () => {
    const { open } = await gateway({ security: "allowlist", ask: "on-miss" });
    const client = await open();
    await send(client, "r1", "echo hello");
    const request = await requested(client);
    expect(request).toMatchObject({
      command: "echo hello",
      runId: "r1",
      sessionKey: "agent:main:main",
      reasons: ["not allowed: echo hello"],
      patterns: ["echo hello"],
    });
    expect(request.expiresAt - request.createdAt).toBe(120_000);
    await client.request("exec.approval.resolve", { id: request.id, decision: "allow-once" });
    expect(await answerOf(client, "r1")).toContain("exit code 0");
    expect(decisions(client)).toEqual(["allow-once"]);
    await send(client, "r2", "echo hello");
    await requested(client, 2);
  });

  it("does not run when a person refuses it, nobody answers, or the run is stopped", async () => {
    const { open, workspace } = await gateway({ ask: "always" }, { limits: { approvalMs: 150 } });
    const client = await open();
    await send(client, "r1", `touch ${join(workspace, "no1")}`);
    const { id } = await requested(client);
    await client.request("exec.approval.resolve", { id, decision: "deny" });
    expect(await answerOf(client, "r1")).toContain("the person who was asked refused it");
    await send(client, "r2", `touch ${join(workspace, "no2")}`);
    expect(await answerOf(client, "r2")).toContain("nobody answered");
    await send(client, "r3", `touch ${join(workspace, "no3")}`);
    await requested(client, 3);
    await client.request("chat.abort", { sessionKey: "main" });
    expect((await client.ended("r3")).state).toBe("aborted");
    expect(decisions(client)).toEqual(["deny", "expired", "withdrawn"]);
    for (const name of ["no1", "no2", "no3"]) expect(() => statSync(join(workspace, name))).toThrow("ENOENT");
  });

  it("gets the first answer; the second one is told so", async () => {
    const { open } = await gateway({ ask: "always" });
    const [first, second] = [await open(), await open()];
    await send(first, "r1", "true");
    const { id } = await requested(second);
    const answers = await Promise.all([
      first.ask("exec.approval.resolve", { id, decision: "allow-once" }),
      second.ask("exec.approval.resolve", { id, decision: "deny" }),
    ]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(answers.find(({ ok }) => !ok)).toMatchObject({ error: { code: "CONFLICT" } });
    expect(await first.ask("exec.approval.resolve", { id: "nope", decision: "deny" })).toMatchObject({
      error: { code: "NOT_FOUND" },
    });
    expect(decisions(second)).toHaveLength(1);
  });

  it("is listed for who connects later, and seen only by who may answer", async () => {
    const { open } = await gateway({ ask: "always" });
    const reader = await open({ scopes: ["operator.read", "operator.write"] });
    await send(reader, "r1", "true");
    const later = await open();
    let { pending } = await later.request("exec.approvals.get", {});
    while (pending.length === 0) ({ pending } = await later.request("exec.approvals.get", {}));
    expect(pending).toMatchObject([{ command: "true", runId: "r1" }]);
    expect(reader.events.filter(({ event }) => event.startsWith("exec."))).toEqual([]);
    expect(await reader.ask("exec.approval.resolve", { id: pending[0]?.id, decision: "allow-once" })).toMatchObject({
      error: { code: "FORBIDDEN" },
    });
  });

  it("that is allowed for good is not asked about again, also after a restart", async () => {
    const home = join(await temporaryDirectory(), "home");
    const exec = { security: "allowlist", ask: "on-miss" } as const;
    const first = await gateway(exec, { home });
    const client = await first.open();
    await send(client, "r1", "echo 'for good'");
    const { id } = await requested(client);
    await client.request("exec.approval.resolve", { id, decision: "allow-always" });
    await client.ended("r1");
    await send(client, "r2", "echo 'for good'");
    expect(await answerOf(client, "r2")).toContain("exit code 0");
    await first.stop();

    const file = join(home, "exec-approvals.json");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ version: 1, allow: [String.raw`echo for\ good`] });
    const second = await gateway(exec, { home });
    const again = await second.open();
    await send(again, "r3", "echo 'for good'");
    expect(await answerOf(again, "r3")).toContain("exit code 0");
    expect(await again.request("exec.approvals.set", { allow: [] })).toEqual({ allow: [] });
    await send(again, "r4", "echo 'for good'");
    await requested(again);
  });
});

describe("without asking", () => {
  it("the allow-list and the deny-list of the configuration decide", async () => {
    const { open } = await gateway({ security: "allowlist", allow: ["echo **"], deny: ["echo secret"] });
    const client = await open();
    await send(client, "r1", "echo yes");
    expect(await answerOf(client, "r1")).toContain("exit code 0");
    await send(client, "r2", "echo yes; ls");
    expect(await answerOf(client, "r2")).toContain("not allowed: ls");
    await send(client, "r3", "echo secret");
    expect(await answerOf(client, "r3")).toContain("denied by");
  });
});

describe("the file of what is allowed", () => {
  it("allows nothing when it cannot be read, and is put aside", async () => {
    const home = await temporaryDirectory();
    await mkdir(home, { recursive: true });
    const path = join(home, "exec-approvals.json");
    for (const text of ["{", "[]", '{"version":2,"allow":["**"]}', '{"version":1,"allow":[1]}']) {
      writeFileSync(path, text);
      const file = createAllowFile(home, silentLogger);
      expect(await file.patterns()).toEqual([]);
      expect(readFileSync(`${path}.corrupt`, "utf8")).toBe(text);
    }
  });

  it("loses no pattern when several are added at once", async () => {
    const home = await temporaryDirectory();
    const file = createAllowFile(home, silentLogger);
    await Promise.all(["a", "b", "c", "a"].map((pattern) => file.add([pattern])));
    expect(await createAllowFile(home, silentLogger).patterns()).toEqual(["a", "b", "c"]);
  });
});
