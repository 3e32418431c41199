import { appendFileSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";

import { openEventJournal, type EventJournal, type OpenEventJournalOptions } from "./event-journal.ts";
import { createEventLog, type EventLog } from "./event-log.ts";

const place = (): string => {
  const root = mkdtempSync(join(tmpdir(), "koi-journal-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return join(root, "events");
};

const opened = (directory: string, options: Partial<OpenEventJournalOptions> = {}): EventJournal =>
  openEventJournal({
    directory,
    bootId: "boot-1",
    maxSegments: 4,
    maxSegmentBytes: 200,
    onFailure: (thrown) => {
      throw thrown;
    },
    ...options,
  });

const logOn = (journal: EventJournal, maxEvents = 5): EventLog =>
  createEventLog({ journal, maxEvents, maxCharacters: 1_000_000 });

const write = (log: EventLog, ...texts: string[]): string[] =>
  texts.map((text) => log.append("chat", "agent:main:main", JSON.stringify({ text })).cursor);

const textsAfter = (log: EventLog, cursor: string): string[] | undefined =>
  log.after(cursor)?.map(({ payloadJson }) => String(JSON.parse(payloadJson).text));

describe("the journal of events", () => {
  it("goes on over a kill: a client that had seen the first event gets exactly the others", () => {
    const directory = place();
    const [first = ""] = write(logOn(opened(directory)), "a", "b", "c");
    // Nothing was closed: the process is gone.
    const log = logOn(opened(directory));
    expect(textsAfter(log, first)).toEqual(["b", "c"]);
    write(log, "d");
    expect(textsAfter(log, first)).toEqual(["b", "c", "d"]);
    expect(textsAfter(log, log.head())).toEqual([]);
  });

  it("knows the cursor of a client that came before the first event of a life", () => {
    const directory = place();
    write(logOn(opened(directory)), "a");
    const head = logOn(opened(directory)).head();
    const log = logOn(opened(directory));
    write(log, "b");
    expect(textsAfter(log, head)).toEqual(["b"]);
  });

  it("cuts what was not written to the end, which nobody had been sent", () => {
    const directory = place();
    const [first = ""] = write(logOn(opened(directory)), "a", "b");
    const segment = readdirSync(directory).find((name) => name.endsWith(".log")) ?? "";
    appendFileSync(join(directory, segment), '3 chat agent:main:main {"tex');
    const log = logOn(opened(directory));
    write(log, "c");
    expect(textsAfter(log, first)).toEqual(["b", "c"]);
  });

  it("is bounded: what is gone is said to be gone", () => {
    const directory = place();
    const log = logOn(opened(directory), 2);
    const cursors = write(log, ...Array.from({ length: 60 }, (_, index) => String(index)));
    expect(readdirSync(directory).filter((name) => name.endsWith(".log"))).toHaveLength(4);
    expect(log.after(cursors[0] ?? "")).toBeUndefined();
    const held = textsAfter(log, cursors[50] ?? "");
    expect(held).toEqual(Array.from({ length: 9 }, (_, index) => String(51 + index)));
  });

  it.each([
    ["the machine was started anew, which may have lost the end", { bootId: "boot-2" }],
    ["it is not known when the machine was started", { bootId: undefined }],
  ])("begins anew when %s", (_case, options) => {
    const directory = place();
    const [first = ""] = write(logOn(opened(directory)), "a", "b");
    const log = logOn(opened(directory, options));
    expect(log.after(first)).toBeUndefined();
    write(log, "c");
    expect(readdirSync(directory).filter((name) => name.endsWith(".log"))).toHaveLength(1);
  });

  it("begins anew when its mark cannot be read", () => {
    const directory = place();
    const [first = ""] = write(logOn(opened(directory)), "a");
    writeFileSync(join(directory, "journal.json"), "{");
    expect(logOn(opened(directory)).after(first)).toBeUndefined();
  });

  it("writes nothing before the first event, so that a start costs nothing", () => {
    const directory = place();
    expect(opened(directory).start).toBe(0);
    expect(() => readdirSync(directory)).toThrow("ENOENT");
  });

  it("on a full disk goes on from memory, says so once, and is not taken up by the next life", () => {
    const directory = place();
    const failures: unknown[] = [];
    let full = false;
    const writeUnlessFull = (fd: number, bytes: Uint8Array): number => {
      if (full) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
      return writeSync(fd, bytes);
    };
    const journal = opened(directory, {
      onFailure: (thrown) => void failures.push(thrown),
      files: { open: (path) => openSync(path, "a"), write: writeUnlessFull },
    });
    const log = logOn(journal);
    const [first = ""] = write(log, "a");
    full = true;
    write(log, "b", "c");
    expect(failures).toHaveLength(1);
    expect(textsAfter(log, first)).toEqual(["b", "c"]);
    expect(logOn(opened(directory)).after(first)).toBeUndefined();
  });

  it("gives every client every event once, wherever the process is killed", () => {
    const life = fc.record({
      events: fc.nat({ max: 12 }),
      /** Bytes of a last event that reached the file. */
      torn: fc.nat({ max: 30 }),
    });
    fc.assert(
      fc.property(fc.array(life, { minLength: 1, maxLength: 6 }), fc.nat({ max: 9 }), (lives, maxEvents) => {
        const directory = place();
        const sent: { readonly text: string; readonly cursor: string }[] = [];
        let number = 0;
        for (const { events, torn } of lives) {
          const log = logOn(opened(directory, { maxSegments: 100 }), maxEvents + 1);
          for (const { cursor, text } of sent) {
            const expected = sent.map((event) => event.text);
            expect(textsAfter(log, cursor)).toEqual(expected.slice(expected.indexOf(text) + 1));
          }
          for (let event = 0; event < events; event++) {
            const text = `e${number++}`;
            sent.push({ text, cursor: write(log, text)[0] ?? "" });
          }
          const newest =
            sent.length === 0
              ? undefined
              : readdirSync(directory)
                  .toSorted()
                  .findLast((name) => name.endsWith(".log"));
          if (newest !== undefined) {
            appendFileSync(join(directory, newest), `9999 chat agent:main:main {"text":"torn"}`.slice(0, torn));
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});
