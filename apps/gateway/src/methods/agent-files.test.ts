import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, expect, it } from "vitest";

import { startTestGateway, type TestGateway } from "../testing/test-gateway.ts";

let test: TestGateway | undefined;

const start = async () => {
  test = await startTestGateway();
  await mkdir(test.workspace, { recursive: true });
  return { test, client: await test.client() };
};

afterEach(() => test?.stop());

it("an agent's files are listed, read and written as a whole, and nothing is left beside them", async () => {
  const { test: gateway, client } = await start();
  const { files } = await client.request("agents.files.list", { agentId: "main" });
  expect(files.every(({ missing }) => missing)).toBe(true);
  const set = { agentId: "main", name: "SOUL.md", content: "Be brief.\n" };
  const { file } = await client.request("agents.files.set", { ...set, baseHash: "" });
  expect(file).toMatchObject({ name: "SOUL.md", missing: false, content: "Be brief.\n", size: 10 });
  expect(await readFile(join(gateway.workspace, "SOUL.md"), "utf8")).toBe("Be brief.\n");
  expect(await readdir(gateway.workspace)).toEqual(["SOUL.md"]);
  const read = await client.request("agents.files.get", { agentId: "main", name: "SOUL.md" });
  expect(read.file).toEqual(file);
});

it("a file that was changed meanwhile is not written over", async () => {
  const { test: gateway, client } = await start();
  const set = { agentId: "main", name: "USER.md", content: "one" };
  const { file } = await client.request("agents.files.set", set);
  await writeFile(join(gateway.workspace, "USER.md"), "the agent wrote this");
  expect(await client.ask("agents.files.set", { ...set, content: "two", baseHash: file.hash })).toMatchObject({
    error: { code: "CONFLICT" },
  });
  expect(await readFile(join(gateway.workspace, "USER.md"), "utf8")).toBe("the agent wrote this");
});

it("no other file can be read or written: not by its name, not through a link", async () => {
  const { test: gateway, client } = await start();
  await symlink(join(gateway.home, "skykoi.json"), join(gateway.workspace, "TOOLS.md"));
  for (const name of ["../home/skykoi.json", "notes.md", "soul.md"]) {
    expect(await client.ask("agents.files.get", { agentId: "main", name })).toMatchObject({
      error: { code: "INVALID_REQUEST" },
    });
  }
  expect(await client.ask("agents.files.get", { agentId: "main", name: "TOOLS.md" })).toMatchObject({
    error: { code: "CONFLICT" },
  });
  expect(await client.ask("agents.files.get", { agentId: "nobody", name: "SOUL.md" })).toMatchObject({
    error: { code: "NOT_FOUND" },
  });
});

it("only an admin writes", async () => {
  const { test: gateway } = await start();
  const writer = await gateway.client({ scopes: ["operator.write"] });
  const set = { agentId: "main", name: "SOUL.md", content: "x" };
  expect(await writer.ask("agents.files.set", set)).toMatchObject({ error: { code: "FORBIDDEN" } });
});
