import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { ModelRequest } from "@skykoi/model";
import { expect, it, onTestFinished } from "vitest";

import { say, scriptedCatalog } from "../testing/scripted-catalog.ts";
import { startTestGateway, temporaryDirectory, type TestGatewayOptions } from "../testing/test-gateway.ts";

/** A server with one tool, in as few words as the protocol allows. */
const MCP_SERVER = `require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method } = JSON.parse(line);
  const results = {
    initialize: { protocolVersion: "2025-06-18", capabilities: { tools: {} }, serverInfo: { name: "s", version: "1" } },
    "tools/list": { tools: [{ name: "work", inputSchema: { type: "object" } }, { name: "harm", inputSchema: { type: "object" } }] },
  };
  if (results[method]) process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id, result: results[method] }) + "\\n");
});`;

const start = async (options: TestGatewayOptions = {}) => {
  const requests: ModelRequest[] = [];
  const catalog = scriptedCatalog((request) => {
    requests.push(request);
    return say("done");
  });
  const server = await startTestGateway({ ...options, catalog });
  onTestFinished(() => server.stop());
  const client = await server.client();
  const ask = async (sessionKey: string, runId: string): Promise<ModelRequest> => {
    await client.request("chat.send", { sessionKey, message: "hello", idempotencyKey: runId });
    await client.request("agent.wait", { runId });
    const request = requests.at(-1);
    if (!request) throw new Error("no model was asked");
    return request;
  };
  return { ...server, ask };
};

it("a turn is offered the tools of MCP servers that the policy allows", async () => {
  const file = join(await temporaryDirectory(), "server.cjs");
  await writeFile(file, MCP_SERVER);
  const { ask } = await start({
    config: (config) => ({
      ...config,
      mcp: { servers: { desk: { command: process.execPath, args: [file] }, gone: { command: "/no/such/program" } } },
      tools: { ...config.tools, deny: ["mcp__*__harm"] },
    }),
  });
  const { tools } = await ask("main", "run_1");
  const names = tools.map(({ name }) => name);
  expect(names.filter((name) => name.startsWith("mcp__"))).toEqual(["mcp__desk__work"]);
  expect(names).toEqual(expect.arrayContaining(["memory_search", "memory_get"]));
});

it("the prompt of a session holds the notes of today and yesterday; MEMORY.md that of the main one alone", async () => {
  const { ask, workspace } = await start({ now: () => Date.parse("2026-11-27T00:30:00Z") });
  await mkdir(join(workspace, "memory"), { recursive: true });
  await writeFile(join(workspace, "MEMORY.md"), "the owner's secret");
  for (const day of ["25", "26", "27"]) await writeFile(join(workspace, `memory/2026-11-${day}.md`), `note of ${day}`);
  const main = (await ask("main", "run_1")).system;
  for (const part of ["note of 26", "note of 27", "the owner's secret"]) expect(main).toContain(part);
  expect(main).not.toContain("note of 25");
  const other = (await ask("agent:main:subagent:one", "run_2")).system;
  expect(other).toContain("note of 27");
  expect(other).not.toContain("the owner's secret");
});
