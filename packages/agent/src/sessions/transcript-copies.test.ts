import { appendFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { TranscriptEntry } from "../port.ts";
import { anySteps, appendStep, branchOf, readingOf } from "../testing/branching-history.ts";
import { answer, user } from "../testing/histories.ts";
import { linesOf, openLibrary, readAll, SESSION, temporaryDirectory } from "../testing/scene.ts";
import { unfinishedRuns } from "./recovery.ts";

const fileOf = (directory: string, sessionId: string = SESSION.sessionId): string =>
  join(directory, `${sessionId}.jsonl`);

describe("a search", () => {
  it("finds what was said in all sessions, by whole words and the beginning of the last, and shows where", async () => {
    const library = openLibrary(temporaryDirectory());
    const one = await library.open(SESSION);
    await one.append(user("a", `${"before ".repeat(40)}the Pélican flew over ${"after ".repeat(40)}`));
    await one.append(answer("a", "A heron did."));
    await (await library.open({ sessionId: "ses_2", sessionKey: "agent:main:two" })).append(user("b", "pelican again"));
    const hits = await library.search({ text: "pelic", limit: 10 });
    expect(hits.map(({ sessionId }) => sessionId).toSorted()).toEqual(["ses_1", "ses_2"]);
    const [hit] = await library.search({ text: 'the "PELICAN" fle', limit: 10, sessionKeys: [SESSION.sessionKey] });
    expect(hit?.excerpt).toMatch(/^….*the Pélican flew over.*…$/);
    for (const text of ["", "NEAR( *", "pelican heron", "elican"]) {
      expect(await library.search({ text, limit: 10 })).toEqual([]);
    }
  });

  it("never fails whatever is searched for", async () => {
    const library = openLibrary(temporaryDirectory());
    await (await library.open(SESSION)).append(user("a", "hello"));
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme" }), async (text) => {
        expect((await library.search({ text, limit: 5 })).length).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe("a fork", () => {
  const target = { sessionId: "ses_2", sessionKey: "agent:main:fork" };

  it("begins with the same messages up to the chosen one, runs nothing, and goes its own way", async () => {
    await fc.assert(
      fc.asyncProperty(anySteps, fc.nat(), async (steps, choice) => {
        const directory = temporaryDirectory();
        const library = openLibrary(directory);
        const source = await library.open(SESSION);
        let file: TranscriptEntry[] = [];
        for (const step of steps) file = await appendStep(source, step, file);
        const shown = readingOf(file);
        const upTo = shown[choice % Math.max(1, shown.length)];
        await library.fork({ sessionId: SESSION.sessionId, upToId: upTo?.id }, target);

        const branch = branchOf(file);
        const expected = upTo ? branch.slice(0, branch.findIndex(({ id }) => id === upTo.id) + 1) : branch;
        const copied = linesOf(fileOf(directory, target.sessionId));
        expect(copied.slice(0, expected.length)).toEqual(expected);
        expect(copied.slice(expected.length).every(({ type }) => type === "runEnd")).toBe(true);
        const fork = await library.open(target);
        expect(unfinishedRuns(await fork.openRuns()).toRun).toEqual([]);
        await fork.append(user("new"));
        expect((await readAll(library, target.sessionId)).at(-1)?.runId).toBe("new");
        expect(await readAll(library)).toEqual(shown);
        await fork.close();
        await source.close();
      }),
      { numRuns: 10 },
    );
  });

  it("refuses a message that is not there and leaves nothing", async () => {
    const directory = temporaryDirectory();
    const library = openLibrary(directory);
    await (await library.open(SESSION)).append(user("a"));
    const fork = library.fork({ sessionId: SESSION.sessionId, upToId: "none" }, target);
    await expect(fork).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(existsSync(fileOf(directory, target.sessionId))).toBe(false);
  });
});

it("a discarded transcript is put aside, not found any more, and removed for good when its time is over", async () => {
  const directory = temporaryDirectory();
  const library = openLibrary(directory);
  const transcript = await library.open(SESSION);
  await transcript.append(user("a", "heron"));
  await expect(library.discard(SESSION.sessionId)).rejects.toMatchObject({ code: "CONFLICT" });
  await transcript.close();
  await library.discard(SESSION.sessionId);
  expect(existsSync(`${fileOf(directory)}.deleted-1000`)).toBe(true);
  expect(await library.search({ text: "heron", limit: 5 })).toEqual([]);
  expect(await library.sessions()).toEqual([]);
  expect([await library.purge(1000), await library.purge(1001)]).toEqual([0, 1]);
});

it("one unreadable transcript does not hide the others", async () => {
  const directory = temporaryDirectory();
  const library = openLibrary(directory);
  await (await library.open(SESSION)).append(user("a", "heron"));
  appendFileSync(
    fileOf(directory, "ses_2"),
    '{"type":"session","version":99,"id":"ses_2","timestamp":1,"sessionKey":"k"}\n',
  );
  mkdirSync(fileOf(directory, "ses_3"));
  const again = openLibrary(directory);
  expect(await again.search({ text: "heron", limit: 5 })).toHaveLength(1);
  expect((await again.sessions()).map(({ sessionId }) => sessionId)).toContain(SESSION.sessionId);
});
