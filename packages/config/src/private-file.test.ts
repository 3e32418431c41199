import { mkdirSync, mkdtempSync, readFileSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, it } from "vitest";

import { writePrivateFile } from "./private-file.ts";

const place = () => mkdtempSync(join(tmpdir(), "koi-private-"));

it("a private file is replaced as a whole, with nothing beside it", async () => {
  const directory = place();
  await writePrivateFile(join(directory, "a"), "old");
  await writePrivateFile(join(directory, "a"), "new");
  expect(readFileSync(join(directory, "a"), "utf8")).toBe("new");
  expect(readdirSync(directory)).toEqual(["a"]);
});

it("a private file that could not be put in its place leaves nothing behind", async () => {
  const directory = place();
  mkdirSync(join(directory, "a", "occupied"), { recursive: true });
  await expect(writePrivateFile(join(directory, "a"), "new")).rejects.toThrow();
  expect(readdirSync(directory)).toEqual(["a"]);
});

it("writes of one file at the same time all succeed, and the last one stays", async () => {
  const file = join(place(), "a");
  await Promise.all(Array.from({ length: 50 }, (_, index) => writePrivateFile(file, String(index))));
  expect(readFileSync(file, "utf8")).toBe("49");
});
