import { randomUUID } from "node:crypto";

import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";

import { emptyDataDir, removeDataDir } from "./data-dir.ts";
import { signIn, signUp } from "./person.ts";
import { startSkykoi } from "./skykoi-process.ts";

/** The throw-away cluster of this test run. Where it could not be started, this suite fails by name. */
const server = (): URL => {
  const url = process.env.SKYKOI_TEST_DATABASE_URL;
  if (!url) throw new Error("SKYKOI_TEST_DATABASE_URL is not set: PostgreSQL is not installed on this machine");
  return new URL(url);
};

const name = `e2e_${randomUUID().replaceAll("-", "")}`;
let dataDir: string;

const onServer = async (statement: string): Promise<void> => {
  const client = new Client({ connectionString: server().href });
  await client.connect();
  await client.query(statement);
  await client.end();
};

beforeAll(async () => {
  dataDir = emptyDataDir();
  await onServer(`create database ${name}`);
});
afterAll(async () => {
  await onServer(`drop database if exists ${name} with (force)`);
  removeDataDir(dataDir);
});

it("with DATABASE_URL the whole journey runs on PostgreSQL and is there again after a restart", async () => {
  const url = server();
  url.pathname = name;
  const env = { DATABASE_URL: url.href, SKYKOI_SECRET_KEY: "5f".repeat(32) };

  const first = await startSkykoi(dataDir, env);
  const owner = await signUp(first.url);
  const { id } = await owner.createAgent("Elephant");
  await owner.untilPhase(id, "ready");
  await owner.say(id, "create kept.md with on a real server");
  expect(await first.interrupt()).toBe(0);

  const second = await startSkykoi(dataDir, env);
  const again = await signIn(second.url, owner.email);
  await again.untilPhase(id, "ready");
  expect(String((await again.say(id, "read kept.md")).at(-1)?.data.text)).toContain("on a real server");
  expect(await second.interrupt()).toBe(0);
});
