import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import * as fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";

import type { Transcript, TranscriptEntry } from "../port.ts";
import { openLibrary, SESSION, temporaryDirectory } from "../testing/scene.ts";
import { diskTranscriptFiles, type TranscriptFiles } from "./transcript-files.ts";

const user = (text: string) => ({
  type: "user" as const,
  runId: `run_${text}`,
  content: [{ type: "text" as const, text }],
});

const place = (): string => join(temporaryDirectory(), "sessions", "ses_1.jsonl");

/** As a new process opens it, on an index of its own or on the one that was left. */
const opened = async (path: string, files?: TranscriptFiles) => {
  const transcript = await openLibrary(dirname(path), files).open(SESSION);
  onTestFinished(() => transcript.close());
  return transcript;
};

const textsOf = (entries: readonly TranscriptEntry[]): string[] =>
  entries.flatMap((entry) =>
    entry.type === "user" ? entry.content.map((block) => (block.type === "text" ? block.text : "")) : [],
  );

const texts = async (transcript: Transcript): Promise<string[]> => textsOf(await transcript.context());

/** Disk files whose next writes fail as told. */
const failingFiles = () => {
  const counts = { writes: 0, syncs: 0 };
  const plan: ((bytes: Uint8Array) => { take: number; error?: NodeJS.ErrnoException })[] = [];
  const files: TranscriptFiles = {
    ...diskTranscriptFiles,
    open: async (path) => {
      const file = await diskTranscriptFiles.open(path);
      return {
        ...file,
        write: async (bytes, position) => {
          counts.writes++;
          const { take, error } = plan.shift()?.(bytes) ?? { take: bytes.byteLength };
          const written = take > 0 ? await file.write(bytes.subarray(0, take), position) : 0;
          if (error) throw error;
          return written;
        },
        sync: async () => {
          counts.syncs++;
          await file.sync();
        },
      };
    },
  };
  return { files, plan, counts };
};

const noSpace = (): NodeJS.ErrnoException => Object.assign(new Error("no space left on device"), { code: "ENOSPC" });

describe("a transcript", () => {
  it("gives back after reopening what it has acknowledged, each entry after the one before", async () => {
    const path = place();
    const first = await opened(path);
    expect(existsSync(path)).toBe(false);
    await first.append(user("a"));
    const stored = await first.append(user("b"));
    const firstEntries = await first.context();
    await first.close();

    const second = await opened(path);
    expect(await second.context()).toEqual(firstEntries);
    expect(second.problems).toEqual([]);
    expect(stored.parentId).toBe(firstEntries[0]?.id);
    const third = await second.append(user("c"));
    expect(third.parentId).toBe(stored.id);
    expect(readFileSync(path, "utf8").split("\n")[0]).toBe(
      '{"type":"session","version":2,"id":"ses_1","timestamp":1000,"sessionKey":"agent:main:main"}',
    );
  });

  it("is readable for its owner only", async () => {
    const path = place();
    await (await opened(path)).append(user("a"));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, "..")).mode & 0o777).toBe(0o700);
  });

  it("keeps the order of concurrent appends and commits them in groups", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 30 }), async (pauses) => {
        const { files, counts } = failingFiles();
        const path = place();
        const transcript = await opened(path, files);
        const appends: Promise<unknown>[] = [];
        const acknowledged: string[] = [];
        for (const [index, pauseTicks] of pauses.entries()) {
          for (let tick = 0; tick < pauseTicks; tick++) await new Promise(setImmediate);
          appends.push(transcript.append(user(`${index}`)).then(() => acknowledged.push(`${index}`)));
        }
        await Promise.all(appends);
        await transcript.close();
        const expected = pauses.map((_, index) => `${index}`);
        expect(acknowledged).toEqual(expected);
        expect(await texts(await opened(path))).toEqual(expected);
        expect(counts.syncs).toBeLessThanOrEqual(pauses.length);
      }),
      { numRuns: 25 },
    );
  });

  it("shares one write and one sync among a hundred concurrent appends", async () => {
    const { files, counts } = failingFiles();
    const transcript = await opened(place(), files);
    await Promise.all(Array.from({ length: 100 }, (_, index) => transcript.append(user(`${index}`))));
    expect(counts).toEqual({ writes: 1, syncs: 1 });
  });
});

describe("a damaged transcript", () => {
  it("cuts a torn last line off and says so", async () => {
    const path = place();
    await (await opened(path)).append(user("a"));
    const good = readFileSync(path, "utf8");
    appendFileSync(path, '{"type":"user","id":"x","par');
    const transcript = await opened(path);
    expect(transcript.problems).toMatchObject([{ kind: "torn-line" }]);
    expect(readFileSync(path, "utf8")).toBe(good);
    await transcript.append(user("b"));
    expect(await texts(await opened(path))).toEqual(["a", "b"]);
  });

  it("starts anew in a file whose header was torn", async () => {
    const path = place();
    await (await opened(path)).append(user("lost"));
    writeFileSync(path, '{"type":"sess');
    const transcript = await opened(path);
    await transcript.append(user("a"));
    const again = await opened(path);
    expect(await texts(again)).toEqual(["a"]);
    expect(again.problems).toEqual([]);
  });

  it("skips corrupt lines, keeps a copy of them and goes on, however often it is opened", async () => {
    const path = place();
    await (await opened(path)).append(user("a"));
    appendFileSync(path, 'not json\n{"type":"user","id":7}\n');
    await (await opened(path)).append(user("b"));
    const transcript = await opened(path);
    expect(await texts(transcript)).toEqual(["a", "b"]);
    expect(transcript.problems.map(({ kind }) => kind)).toEqual(["corrupt-line", "corrupt-line"]);
    expect(readFileSync(`${path}.corrupt`, "utf8")).toBe('not json\n{"type":"user","id":7}\n');
    expect(statSync(`${path}.corrupt`).mode & 0o777).toBe(0o600);
  });

  it("never fails to open whatever bytes it finds, and takes appends afterwards", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const path = place();
        const transcript = await opened(path);
        await transcript.append(user("a"));
        await transcript.close();
        appendFileSync(path, Buffer.concat([Buffer.from(bytes), Buffer.from("\n{")]));
        const damaged = await opened(path);
        await damaged.append(user("b"));
        expect(await texts(await opened(path))).toEqual(["a", "b"]);
      }),
      { numRuns: 40 },
    );
  });

  it("is not opened when a newer version wrote it", async () => {
    const path = place();
    await (await opened(path)).append(user("a"));
    writeFileSync(path, '{"type":"session","version":3,"id":"ses_1","timestamp":1}\n');
    await expect(opened(path)).rejects.toMatchObject({ code: "DATA_DIR_CORRUPT" });
  });
});

describe("a transcript on a failing disk", () => {
  it("refuses an append when the disk is full, leaves no torn line and takes the next one", async () => {
    const { files, plan } = failingFiles();
    const path = place();
    const transcript = await opened(path, files);
    await transcript.append(user("a"));
    const good = readFileSync(path, "utf8");

    plan.push(() => ({ take: 9, error: noSpace() }));
    await expect(transcript.append(user("b"))).rejects.toMatchObject({ code: "STORAGE_FAILED", retryable: true });
    expect(readFileSync(path, "utf8")).toBe(good);
    expect(await texts(transcript)).toEqual(["a"]);

    await transcript.append(user("c"));
    const again = await opened(path);
    expect(await texts(again)).toEqual(["a", "c"]);
    const [first, second] = await again.context();
    expect(second?.parentId).toBe(first?.id);
  });

  it("completes short writes", async () => {
    const { files, plan } = failingFiles();
    const path = place();
    const transcript = await opened(path, files);
    plan.push(
      () => ({ take: 5 }),
      () => ({ take: 1 }),
    );
    await transcript.append(user("a"));
    expect(await texts(await opened(path))).toEqual(["a"]);
  });

  it("cuts before the next append when cutting was impossible at first", async () => {
    const { files, plan } = failingFiles();
    const path = place();
    let cutsFail = true;
    const transcript = await opened(path, {
      ...files,
      open: async (at) => {
        const file = await files.open(at);
        return { ...file, truncate: (length) => (cutsFail ? Promise.reject(noSpace()) : file.truncate(length)) };
      },
    });
    plan.push(() => ({ take: 9, error: noSpace() }));
    await expect(transcript.append(user("a"))).rejects.toMatchObject({ code: "STORAGE_FAILED" });
    await expect(transcript.append(user("b"))).rejects.toMatchObject({ code: "STORAGE_FAILED" });
    cutsFail = false;
    await transcript.append(user("c"));
    expect(await texts(await opened(path))).toEqual(["c"]);
  });

  it("says that the disk is the trouble when its file cannot be read", async () => {
    const path = place();
    mkdirSync(path, { recursive: true });
    await expect(opened(path)).rejects.toMatchObject({ code: "STORAGE_FAILED", retryable: true });
  });

  it("takes no appends after it was closed", async () => {
    const transcript = await opened(place());
    await transcript.close();
    await expect(transcript.append(user("a"))).rejects.toMatchObject({ code: "INTERNAL" });
  });
});
