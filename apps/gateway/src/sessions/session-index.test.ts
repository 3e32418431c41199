import { mkdtemp, readFile, readdir, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { diskTranscriptFiles } from "@skykoi/agent";
import { describe, expect, it } from "vitest";

import { openSessionIndex as open } from "./session-index.ts";
import type { SessionRecord } from "./session-record.ts";

const openSessionIndex = (path: string, isKey?: (key: string) => boolean) =>
  open({ directory: path, files: diskTranscriptFiles, ...(isKey && { isKey }) });

const directory = () => mkdtemp(join(tmpdir(), "koi-index-"));

const record = (label: string): SessionRecord => ({
  sessionId: "ses_1",
  createdAt: 1,
  updatedAt: 2,
  label,
  model: "offline/demo",
  inputTokens: 1,
  outputTokens: 2,
  totalTokens: 3,
  contextTokens: 4,
  costUsd: 0.5,
  open: true,
});

describe("session index", () => {
  it("is found again as it was saved, readable only by its owner, without leftovers", async () => {
    const path = await directory();
    const index = await openSessionIndex(path);
    index.set("agent:main:main", record("one"));
    await index.save();
    expect((await openSessionIndex(path)).get("agent:main:main")).toEqual(record("one"));
    expect(await readdir(path)).toEqual(["sessions.json"]);
    expect((await stat(join(path, "sessions.json"))).mode & 0o777).toBe(0o600);
  });

  it("has everything set before a save, however many saves run at the same time", async () => {
    const path = await directory();
    const index = await openSessionIndex(path);
    await Promise.all(
      Array.from({ length: 50 }, (_, number) => {
        index.set(`agent:main:${number}`, record(String(number)));
        return index.save();
      }),
    );
    expect((await openSessionIndex(path)).entries()).toHaveLength(50);
  });

  it("keeps an entry whose key nobody can write, and lets it spoil no list", async () => {
    const path = await directory();
    const index = await openSessionIndex(path, (key) => key !== "two words");
    index.set("two words", record("odd"));
    index.set("agent:main:main", record("one"));
    await index.save();
    expect(index.entries().map(([key]) => key)).toEqual(["agent:main:main"]);
    expect(await readFile(join(path, "sessions.json"), "utf8")).toContain("two words");
  });

  it.each(["{ broken", "[]", '{"version":2,"sessions":{}}', '{"version":1,"sessions":{"a":{"sessionId":"../x"}}}'])(
    "puts aside what it cannot read and starts empty: %s",
    async (text) => {
      const path = await directory();
      await writeFile(join(path, "sessions.json"), text);
      const index = await openSessionIndex(path);
      expect(index.entries()).toEqual([]);
      expect(index.quarantinedTo).toBe(join(path, "sessions.json.corrupt"));
      expect(await readFile(join(path, "sessions.json.corrupt"), "utf8")).toBe(text);
    },
  );
});
