import { rm } from "node:fs/promises";
import { join } from "node:path";

import { createTranscriptLibrary, diskTranscriptFiles } from "@skykoi/agent";
import { afterEach, describe, expect, it } from "vitest";

import { temporaryDirectory } from "../testing/test-gateway.ts";
import { openSessionIndex } from "./session-index.ts";
import { resolveSessionKey } from "./session-key.ts";
import { createSessionStore, type SessionStore } from "./session-store.ts";

const agents = { defaultId: "main", ids: ["main"] };
const address = (name: string) => resolveSessionKey(name, agents);
const roots: string[] = [];

afterEach(async () => {
  for (const root of roots.splice(0)) await rm(root, { recursive: true, force: true });
});

const openStore = async (directory: string) => {
  let open = 0;
  const index = await openSessionIndex({ directory, files: diskTranscriptFiles });
  const library = createTranscriptLibrary({ directory, now: Date.now });
  const store = createSessionStore({
    onChanged: () => undefined,
    agents: new Map([
      [
        "main",
        {
          index,
          // Refuses a second writer by itself.
          library: {
            ...library,
            open: async (request) => {
              const transcript = await library.open(request);
              open++;
              const close = async () => {
                await transcript.close();
                open--;
              };
              return { ...transcript, close };
            },
          },
        },
      ],
    ]),
    onOpened: () => undefined,
    now: Date.now,
    maxOpen: 2,
    onBackgroundFailure: (thrown) => {
      throw thrown;
    },
  });
  return { store, index, library, open: () => open };
};

const newDirectory = async (): Promise<string> => {
  const root = await temporaryDirectory();
  roots.push(root);
  return join(root, "sessions");
};

const append = async (store: SessionStore, name: string, runId: string): Promise<number> => {
  const { session, release } = await store.acquire(address(name));
  await store.markOpen(session);
  await session.transcript.append({ type: "user", runId, content: [] });
  await session.transcript.append({ type: "runEnd", runId, outcome: "completed" });
  const count = (await session.transcript.context()).length;
  release();
  return count;
};

describe("session store", () => {
  it("keeps only the recently used sessions open, with one writer each, and loses nothing", async () => {
    const { store, open } = await openStore(await newDirectory());
    const names = ["a", "b", "c", "d", "e"];
    for (let round = 1; round <= 3; round++) {
      const counts = await Promise.all(names.map((name) => append(store, name, `${name}${round}`)));
      expect(counts).toEqual(names.map(() => round * 2));
    }
    await expect.poll(open).toBe(2);
    await store.close();
    expect(open()).toBe(0);
  });

  it("never closes a session while somebody holds it", async () => {
    const { store, open } = await openStore(await newDirectory());
    const leases = await Promise.all(["a", "b", "c", "d"].map((name) => store.acquire(address(name))));
    expect(open()).toBe(4);
    for (const { session } of leases) await session.transcript.append({ type: "user", runId: "r", content: [] });
    for (const { release } of leases) release();
    await expect.poll(open).toBe(2);
    await store.close();
  });

  it("remembers which sessions have unfinished work until they are closed without any", async () => {
    const directory = await newDirectory();
    const { store, index } = await openStore(directory);
    await append(store, "done", "r1");
    const { session, release } = await store.acquire(address("busy"));
    await store.markOpen(session);
    await session.transcript.append({ type: "user", runId: "r2", content: [] });
    const onDisk = await openSessionIndex({ directory, files: diskTranscriptFiles });
    expect([onDisk.get("agent:main:done")?.open, onDisk.get("agent:main:busy")?.open]).toEqual([true, true]);
    release();
    await store.close();
    expect([index.get("agent:main:done")?.open, index.get("agent:main:busy")?.open]).toEqual([false, true]);
  });
});
