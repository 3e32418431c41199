import { readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import * as fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";

import type { TranscriptEntry } from "../port.ts";
import { anySteps, appendStep, contextOf, joiningSteps, readingOf, SHOWN } from "../testing/branching-history.ts";
import { answer, end, user } from "../testing/histories.ts";
import { linesOf, openLibrary, readAll, SESSION, temporaryDirectory } from "../testing/scene.ts";
import { conversation } from "./conversation.ts";
import { unfinishedRuns } from "./recovery.ts";
import { diskTranscriptFiles, type TranscriptFiles } from "./transcript-files.ts";
import { createTranscriptLibrary, type TranscriptLibrary } from "./transcript-library.ts";

const ALL = { limit: 1000, withoutInputsOf: [], maxBytes: 1_000_000 };

const fileOf = (directory: string, sessionId: string = SESSION.sessionId): string =>
  join(directory, `${sessionId}.jsonl`);

const indexOf = (directory: string): string => join(directory, "index.db");

/** An index made anew from what is in the directory. */
const rebuilt = (directory: string, files?: TranscriptFiles): TranscriptLibrary => {
  const library = createTranscriptLibrary({ directory, indexPath: ":memory:", now: Date.now, ...(files && { files }) });
  onTestFinished(() => library.close());
  return library;
};

const pagesBackwards = async (
  library: TranscriptLibrary,
  limit: number,
  maxBytes: number,
): Promise<TranscriptEntry[]> => {
  const read: TranscriptEntry[] = [];
  for (let before: string | undefined; ; before = read[0]?.id) {
    const page = await library.page(SESSION.sessionId, { ...ALL, limit, maxBytes, before });
    expect(page.entries.length).toBeLessThanOrEqual(limit);
    read.unshift(...page.entries);
    if (!page.hasMore) return read;
  }
};

describe("a conversation with branches and compactions", () => {
  it("is read page by page, of any size, as the whole file says; the index followed and made anew agree", async () => {
    await fc.assert(
      fc.asyncProperty(
        anySteps,
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 900 }),
        async (steps, limit, maxBytes) => {
          const directory = temporaryDirectory();
          const library = openLibrary(directory);
          const transcript = await library.open(SESSION);
          let file: TranscriptEntry[] = [];
          for (const step of steps) file = await appendStep(transcript, step, file);

          const expected = readingOf(file);
          for (const reader of [library, rebuilt(directory)]) {
            expect(await pagesBackwards(reader, limit, maxBytes)).toEqual(expected);
            expect((await reader.page(SESSION.sessionId, { ...ALL, limit: 1 })).total).toBe(expected.length);
          }
          const waiting = ["r1", "r2"];
          const without = await library.page(SESSION.sessionId, { ...ALL, withoutInputsOf: waiting });
          expect(without.entries).toEqual(readingOf(file, waiting));
          expect(without.total).toBe(without.entries.length);
          await transcript.close();
        },
      ),
      { numRuns: 15 },
    );
  });

  it("shows messages that joined another run there, as the whole file says, on every page", async () => {
    await fc.assert(
      fc.asyncProperty(joiningSteps, fc.integer({ min: 1, max: 6 }), async (steps, limit) => {
        const directory = temporaryDirectory();
        const library = openLibrary(directory);
        const transcript = await library.open(SESSION);
        let file: TranscriptEntry[] = [];
        for (const step of steps) file = await appendStep(transcript, step, file);
        const expected = conversation(file).filter(({ type }) => SHOWN.has(type));
        for (const reader of [library, rebuilt(directory)]) {
          expect(await pagesBackwards(reader, limit, 1_000_000)).toEqual(expected);
          expect((await reader.page(SESSION.sessionId, { ...ALL, limit: 1 })).total).toBe(expected.length);
        }
        expect(unfinishedRuns(await transcript.openRuns())).toEqual(unfinishedRuns(file));
        await transcript.close();
      }),
      { numRuns: 15 },
    );
  });

  it("tells a model the same whether it grew in memory or is read again", async () => {
    await fc.assert(
      fc.asyncProperty(anySteps, async (steps) => {
        const directory = temporaryDirectory();
        const transcript = await openLibrary(directory).open(SESSION);
        let file: TranscriptEntry[] = [];
        for (const step of steps) {
          file = await appendStep(transcript, step, file);
          await transcript.context();
        }
        expect(await transcript.context()).toEqual(contextOf(file));
        expect(await (await rebuilt(directory).open(SESSION)).context()).toEqual(contextOf(file));
        await transcript.close();
      }),
      { numRuns: 15 },
    );
  });

  it("survives corrupt lines anywhere: the rest is read, followed or made anew", async () => {
    await fc.assert(
      fc.asyncProperty(anySteps, fc.array(fc.nat()), async (steps, hits) => {
        const directory = temporaryDirectory();
        const first = await openLibrary(directory).open(SESSION);
        let file: TranscriptEntry[] = [];
        for (const step of steps) file = await appendStep(first, step, file);
        await first.append(user("last"));
        await first.close();
        const lines = readFileSync(fileOf(directory), "utf8").trimEnd().split("\n");
        for (const hit of hits) lines[1 + (hit % (lines.length - 1))] = "x".repeat(hit % 40);
        writeFileSync(fileOf(directory), `${lines.join("\n")}\n`);

        const left = linesOf(fileOf(directory));
        rmSync(indexOf(directory));
        const library = openLibrary(directory);
        const transcript = await library.open(SESSION);
        await transcript.append(user("after"));
        const now = linesOf(fileOf(directory));
        expect(now.slice(0, -1)).toEqual(left);
        expect(await readAll(library)).toEqual(readingOf(now));
        expect(await readAll(rebuilt(directory))).toEqual(readingOf(now));
        await transcript.close();
      }),
      { numRuns: 20 },
    );
  });

  it("goes on after an earlier message when one is sent in its place", async () => {
    const library = openLibrary(temporaryDirectory());
    const transcript = await library.open(SESSION);
    await transcript.append(user("a"));
    const answered = await transcript.append(answer("a"));
    for (const entry of [end("a"), user("b"), answer("b"), end("b")]) await transcript.append(entry);
    await transcript.append(user("c", "instead of b"), { parentId: answered.id });
    expect((await readAll(library)).map(({ runId }) => runId)).toEqual(["a", "a", "c"]);
    expect((await transcript.context()).map(({ runId }) => runId)).toEqual(["a", "a", "c"]);
  });

  it("refuses to page from a message that is not on the current branch", async () => {
    const library = openLibrary(temporaryDirectory());
    const transcript = await library.open(SESSION);
    const left = await transcript.append(user("a"));
    await transcript.append(user("b"), { parentId: null });
    for (const before of [left.id, "nothing"]) {
      await expect(library.page(SESSION.sessionId, { ...ALL, before })).rejects.toMatchObject({
        code: "INVALID_REQUEST",
      });
    }
  });
});

describe("the derived index", () => {
  const losses: readonly (readonly [string, (path: string) => void])[] = [
    ["removed", (path) => rmSync(path)],
    ["emptied", (path) => truncateSync(path)],
    ["overwritten", (path) => writeFileSync(path, "no database at all".repeat(1000))],
    ["damaged in the middle", (path) => writeFileSync(path, readFileSync(path).fill(0xa5, 2048))],
  ];

  it.each(losses)("is made anew without harm when it was %s between two lives", async (_name, lose) => {
    const directory = temporaryDirectory();
    const library = openLibrary(directory);
    const first = await library.open(SESSION);
    for (let run = 0; run < 30; run++) await first.append(user(`r${run}`));
    await first.close();
    library.close();
    lose(indexOf(directory));

    const again = openLibrary(directory);
    await again.prepare(SESSION.sessionKey);
    expect(again.runState(SESSION.sessionKey, "r7")).toBe("accepted");
    const transcript = await again.open(SESSION);
    await transcript.append(user("after"));
    expect(await readAll(again)).toEqual(readingOf(linesOf(fileOf(directory))));
    expect(transcript.problems).toEqual([]);
  });

  it.each(losses)("is made anew while a session works when it is %s under its feet", async (_name, lose) => {
    const directory = temporaryDirectory();
    const library = openLibrary(directory);
    const transcript = await library.open(SESSION);
    await transcript.append(user("before"));
    lose(indexOf(directory));
    lose(`${indexOf(directory)}-wal`);
    for (let run = 0; run < 30; run++) await transcript.append(user(`r${run}`));
    expect(await readAll(library)).toEqual(readingOf(linesOf(fileOf(directory))));
    expect(await readAll(rebuilt(directory))).toEqual(await readAll(library));
  });

  it("is kept in memory where no file can be written, and says so", async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, "file"), "");
    const problems: string[] = [];
    const library = createTranscriptLibrary({
      directory,
      indexPath: join(directory, "file", "index.db"),
      now: Date.now,
      onProblem: (message) => problems.push(message),
    });
    const transcript = await library.open(SESSION);
    await transcript.append(user("a"));
    expect(await readAll(library)).toHaveLength(1);
    expect(problems).toHaveLength(1);
    await transcript.close();
    library.close();
  });

  it("notices a transcript that was cut or replaced behind its back", async () => {
    const directory = temporaryDirectory();
    const library = openLibrary(directory);
    const first = await library.open(SESSION);
    for (const run of ["a", "b", "c"]) await first.append(user(run));
    await first.close();
    library.close();
    const [header = "", line = ""] = readFileSync(fileOf(directory), "utf8").split("\n");
    writeFileSync(fileOf(directory), `${header}\n${line}\n`);
    expect((await readAll(openLibrary(directory))).map(({ runId }) => runId)).toEqual(["a"]);
    writeFileSync(
      fileOf(directory),
      `${header}\n${line.replaceAll('"a"', '"z"').replace(/"id":"[^"]+"/, '"id":"other"')}\n`,
    );
    expect((await readAll(openLibrary(directory))).map(({ id }) => id)).toEqual(["other"]);
  });

  it("reads little of a long transcript to open it and to show its last page", async () => {
    const directory = temporaryDirectory();
    const library = openLibrary(directory);
    const first = await library.open(SESSION);
    await Promise.all(Array.from({ length: 400 }, (_, run) => first.append(user(`r${run}`, "x".repeat(5000)))));
    await first.close();
    library.close();

    let readBytes = 0;
    const files: TranscriptFiles = {
      ...diskTranscriptFiles,
      read: async (path, position, lengthBytes) => {
        const bytes = await diskTranscriptFiles.read(path, position, lengthBytes);
        readBytes += bytes.byteLength;
        return bytes;
      },
    };
    const again = openLibrary(directory, files);
    await again.open(SESSION);
    const page = await again.page(SESSION.sessionId, { ...ALL, limit: 10 });
    expect(page).toMatchObject({ total: 400, hasMore: true });
    expect(readBytes).toBeLessThan(80_000);
  });
});

describe("the runs of a key", () => {
  const earlier = { ...SESSION, sessionId: "ses_0" };

  it("are known over all its sessions, after a restart, and with an index made anew; other keys know nothing of them", async () => {
    const directory = temporaryDirectory();
    const library = openLibrary(directory);
    const before = await library.open(earlier);
    for (const entry of [user("a"), end("a"), user("b"), user("c"), answer("c", "", ["t"])]) await before.append(entry);
    await before.close();
    await (await library.open({ ...SESSION, previousSessionId: "ses_0" })).append(user("d"));
    library.close();
    for (const reader of [openLibrary(directory), rebuilt(directory)]) {
      await reader.prepare(SESSION.sessionKey);
      const states = ["a", "b", "c", "d", "e"].map((run) => reader.runState(SESSION.sessionKey, run));
      expect(states).toEqual(["ended", "accepted", "begun", "accepted", undefined]);
      await reader.prepare("agent:main:other");
      expect(reader.runState("agent:main:other", "a")).toBeUndefined();
      const { toRun, interrupted } = unfinishedRuns(await (await reader.open(earlier)).openRuns());
      expect([toRun, interrupted]).toEqual([["b"], ["c"]]);
    }
  });

  it("are not denied while the index that knows them is being made anew", async () => {
    const directory = temporaryDirectory();
    const library = openLibrary(directory);
    const transcript = await library.open(SESSION);
    await transcript.append(user("a"));
    await library.prepare(SESSION.sessionKey);
    library.close();
    expect(() => library.runState(SESSION.sessionKey, "a")).toThrow(
      expect.objectContaining({ code: "STORAGE_FAILED" }),
    );
    await library.prepare(SESSION.sessionKey);
    expect(library.runState(SESSION.sessionKey, "a")).toBe("accepted");
  });
});
