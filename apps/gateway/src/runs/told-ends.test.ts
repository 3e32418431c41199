import { cp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, describe, expect, it } from "vitest";

import { startTestGateway, temporaryDirectory, type TestGateway } from "../testing/test-gateway.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const start = async (home: string): Promise<TestGateway> => {
  const test = await startTestGateway({ home });
  cleanups.push(() => test.stop());
  return test;
};

/** The home as a kill at this moment would leave it. */
const killed = async ({ home }: TestGateway): Promise<string> => {
  const root = await temporaryDirectory();
  cleanups.push(() => rm(root, { recursive: true, force: true }));
  const copy = join(root, "home");
  await cp(home, copy, { recursive: true });
  for (const name of await readdir(copy)) if (name.includes("lock")) await rm(join(copy, name));
  return copy;
};

/** Takes the last events out of the journal: they were not written when the process was killed. */
const forgetLast = async (home: string, count: number): Promise<void> => {
  const names = (await readdir(join(home, "events"))).filter((name) => name.endsWith(".log"));
  const path = join(home, "events", names.toSorted().at(-1) ?? "");
  const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
  await writeFile(path, `${lines.slice(0, -count).join("\n")}\n`);
};

const root = async (): Promise<string> => {
  const directory = await temporaryDirectory();
  cleanups.push(() => rm(directory, { recursive: true, force: true }));
  return join(directory, "home");
};

describe("a run that ended right before a kill", () => {
  it("is told to have ended, with its answer, by the next life, once", async () => {
    const first = await start(await root());
    const client = await first.client();
    const { cursor } = await first.open().connect();
    await client.converse("a", "hello");
    const home = await killed(first);
    // The end of the lifecycle and the final.
    await forgetLast(home, 2);

    const second = await start(home);
    const later = second.open();
    await later.connect({ resume: { cursor } });
    expect(await later.ended("a")).toMatchObject({
      message: { content: [{ text: "echo: hello" }] },
      usage: { outputTokens: 10 },
    });
    await later.request("health", {});
    expect(later.chat("a").filter(({ state }) => state === "final")).toHaveLength(1);

    const third = await start(await killed(second));
    const last = third.open();
    await last.connect({ resume: { cursor } });
    await last.request("health", {});
    expect(last.chat("a").filter(({ state }) => state === "final")).toHaveLength(1);
  });

  it("and whose end was told is not told again", async () => {
    const first = await start(await root());
    const client = await first.client();
    const { cursor } = await first.open().connect();
    await client.converse("a", "hello");
    const second = await start(await killed(first));
    const later = second.open();
    await later.connect({ resume: { cursor } });
    await later.request("health", {});
    expect(later.chat("a").filter(({ state }) => state === "final")).toHaveLength(1);
  });
});
