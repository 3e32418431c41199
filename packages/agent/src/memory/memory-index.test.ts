import { linkSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { array, assert, property, string, constantFrom } from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";

import { temporaryDirectory } from "../testing/scene.ts";
import { createPathGuard } from "../tools/files/path-guard.ts";
import { chunksOf } from "./chunks.ts";
import { createMemoryIndex, type MemoryIndex, type MemoryQuery } from "./memory-index.ts";
import type { Embedding } from "./note-vectors.ts";

const NOW = Date.parse("2026-11-27T12:00:00Z");

const write = (workspace: string, files: Readonly<Record<string, string>>): void => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(workspace, name)), { recursive: true });
    writeFileSync(join(workspace, name), text);
  }
};

const memoryOf = (files: Readonly<Record<string, string>>) => {
  const root = temporaryDirectory();
  const workspace = join(root, "koi");
  const state = join(root, "home");
  write(workspace, files);
  write(state, { "skykoi.json": "gateway token" });
  const path = join(state, "agents/main/memory.db");
  const guard = { workspace, home: workspace, protectedPaths: [state] };
  const open = (): MemoryIndex => {
    const index = createMemoryIndex({
      path,
      paths: createPathGuard(guard),
      sharedPaths: createPathGuard({ ...guard, ownersPaths: [join(workspace, "MEMORY.md")] }),
      now: () => NOW,
    });
    onTestFinished(() => index.close());
    return index;
  };
  return { workspace, state, path, open };
};

const find = async (index: MemoryIndex, text: string, options: Partial<MemoryQuery> = {}) => {
  const signal = new AbortController().signal;
  const { hits } = await index.search({ text, limit: 6, mainSession: true, signal, ...options });
  return hits.map(({ path, firstLine, lastLine }) => `${path}:${firstLine}-${lastLine}`);
};

describe("memory search", () => {
  it("finds notes by words, with their lines, whatever case and accents", async () => {
    const index = memoryOf({
      "MEMORY.md": "# Person\n\nAda lives in Zürich.\n\n# Car\n\nA blue Volvo.\n",
      "memory/2026-11-20.md": "Booked the dentist for Thursday.\n",
      "memory/projects/garden.md": "# Tomatoes\nWater daily.\n",
      "other.md": "dentist elsewhere",
    }).open();
    expect(await find(index, "ZURICH")).toEqual(["MEMORY.md:1-3"]);
    expect(await find(index, "when is the dentist?")).toEqual(["memory/2026-11-20.md:1-1"]);
    expect(await find(index, "tomato")).toEqual(["memory/projects/garden.md:1-2"]);
    expect(await find(index, 'volvo" OR NEAR( * ^ -blue {x}: AND')).toEqual(["MEMORY.md:5-7"]);
    expect(await find(index, "?!")).toEqual([]);
  });

  it("follows every change of the files, and is built again when it is lost or damaged", async () => {
    const { workspace, path, open } = memoryOf({ "memory/a.md": "apple\n", "memory/b.md": "banana\n" });
    const first = open();
    expect(await find(first, "apple")).toEqual(["memory/a.md:1-1"]);
    write(workspace, { "memory/a.md": "grape\n", "memory/c.md": "cherry\n" });
    rmSync(join(workspace, "memory/b.md"));
    expect([await find(first, "apple"), await find(first, "banana")]).toEqual([[], []]);
    expect([await find(first, "grape"), await find(first, "cherry")].flat()).toEqual([
      "memory/a.md:1-1",
      "memory/c.md:1-1",
    ]);
    await first.close();
    writeFileSync(path, "this is no database".repeat(1_000));
    expect(await find(open(), "grape")).toEqual(["memory/a.md:1-1"]);
  });

  it("prefers the newer of two notes that say the same, and what holds all of the words", async () => {
    const index = memoryOf({
      "memory/2024-01-01.md": "The wifi password is under the router.\n",
      "memory/2026-11-26.md": "The wifi password is under the router.\n",
      "memory/x.md": "wifi\n",
    }).open();
    expect(await find(index, "wifi password")).toEqual([
      "memory/2026-11-26.md:1-1",
      "memory/2024-01-01.md:1-1",
      "memory/x.md:1-1",
    ]);
  });

  it("ranks by the words that tell something when others are everywhere", async () => {
    const everywhere = Array.from({ length: 2_500 }, (_, part) => `# Part ${part}\nproject`).join("\n");
    const index = memoryOf({ "memory/a.md": everywhere, "memory/b.md": "The project with zebras.\n" }).open();
    expect(await find(index, "project zebras")).toEqual(["memory/b.md:1-1"]);
    expect(await find(index, "project")).toHaveLength(6);
  });

  it("finds nothing of MEMORY.md outside the owner's main session, under no name", async () => {
    const { workspace, state, open } = memoryOf({
      "MEMORY.md": "secret salary\n",
      "memory/ordinary.md": "salary talk in public\n",
      "memory/decoy.md": "x",
    });
    linkSync(join(workspace, "MEMORY.md"), join(workspace, "memory/hard.md"));
    symlinkSync(join(workspace, "MEMORY.md"), join(workspace, "memory/soft.md"));
    linkSync(join(state, "skykoi.json"), join(workspace, "memory/token.md"));
    const index = open();
    expect(await find(index, "salary", { mainSession: false })).toEqual(["memory/ordinary.md:1-1"]);
    expect(await find(index, "salary")).toContain("MEMORY.md:1-1");
    expect(await find(index, "token")).toEqual([]);
    // What was open becomes private when MEMORY.md leads to it.
    rmSync(join(workspace, "MEMORY.md"));
    symlinkSync(join(workspace, "memory/ordinary.md"), join(workspace, "MEMORY.md"));
    expect(await find(index, "salary", { mainSession: false })).not.toContain("memory/ordinary.md:1-1");
  });
});

/** Texts about the same thing are near each other, whatever their words. */
const meaning = (text: string): Float32Array =>
  Float32Array.from(
    [
      ["car", "volvo", "vehicle"],
      ["sea", "ocean"],
    ].map((topic) => Number(topic.some((word) => text.toLowerCase().includes(word)))),
  );

const embedding = (embed: Embedding["embed"], ref = "test/one"): Embedding => ({ ref, embed });

describe("memory search by meaning", () => {
  it("finds what is meant and not said, beside what is said; each text is embedded once", async () => {
    const { workspace, open } = memoryOf({
      "memory/a.md": "The Volvo is blue.\n",
      "memory/b.md": "The ocean is blue.\n",
    });
    const documents: string[] = [];
    const model = embedding((texts, purpose) => {
      if (purpose === "document") documents.push(...texts);
      return Promise.resolve(texts.map(meaning));
    });
    const index = open();
    await find(index, "vehicle", { embedding: model });
    await index.idle();
    expect((await find(index, "vehicle", { embedding: model }))[0]).toBe("memory/a.md:1-1");
    expect(documents).toHaveLength(2);
    write(workspace, { "memory/c.md": "The sea is deep.\n" });
    await find(index, "vehicle", { embedding: model });
    await index.idle();
    expect(documents).toHaveLength(3);
    await find(index, "vehicle", { embedding: { ...model, ref: "test/other" } });
    await index.idle();
    expect(documents).toHaveLength(6);
  });

  it("goes on with words when the model does not answer, and says so", async () => {
    const index = memoryOf({ "memory/a.md": "The Volvo is blue.\n" }).open();
    const broken = embedding(() => Promise.reject(new Error("no")));
    const answer = await index.search({
      text: "volvo",
      limit: 3,
      mainSession: true,
      embedding: broken,
      signal: new AbortController().signal,
    });
    expect(answer.hits).toHaveLength(1);
    expect(answer.notes).toEqual(["the embedding model did not answer: searched by words only"]);
  });

  it("keeps MEMORY.md out of other sessions", async () => {
    const index = memoryOf({ "MEMORY.md": "My car.\n" }).open();
    const model = embedding((texts) => Promise.resolve(texts.map(meaning)));
    await find(index, "vehicle", { embedding: model });
    await index.idle();
    expect(await find(index, "vehicle", { embedding: model })).toHaveLength(1);
    expect(await find(index, "vehicle", { embedding: model, mainSession: false })).toEqual([]);
  });
});

describe("the parts of a note", () => {
  it("begin at headings and carry the titles above them", () => {
    const parts = chunksOf("intro\n# A\none\n## B\ntwo\n```\n# no heading\n```\n# C\nthree");
    expect(parts.map(({ heading, firstLine, lastLine }) => [heading, firstLine, lastLine])).toEqual([
      ["", 1, 1],
      ["A", 2, 3],
      ["A > B", 4, 8],
      ["C", 9, 10],
    ]);
  });

  it("are bounded, lose no line and name the lines they hold", () => {
    const line = string({ unit: constantFrom("a", " ", "ü", "🐟", "#"), maxLength: 4_000 });
    assert(
      property(array(line, { maxLength: 40 }), (lines) => {
        const parts = chunksOf(lines.join("\n"));
        for (const part of parts) {
          expect(part.text.length).toBeLessThanOrEqual(3_300);
          expect(part.firstLine).toBeLessThanOrEqual(part.lastLine);
        }
        for (const [index, text] of lines.entries()) {
          if (text.trim() === "") continue;
          expect(parts.some(({ firstLine, lastLine }) => firstLine <= index + 1 && index + 1 <= lastLine)).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });
});
