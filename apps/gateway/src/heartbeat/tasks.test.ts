import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, describe, expect, it } from "vitest";

import { temporaryDirectory } from "../testing/test-gateway.ts";
import { createTasksReader, hasTasks } from "./tasks.ts";

describe("HEARTBEAT.md asks for nothing", () => {
  it.each([
    "",
    "\n \n",
    "# Heartbeat\n\n## Daily\n",
    "# Heartbeat\n\n<!-- What to look after,\none line each. -->\n",
    "<!-- never closed\n- look at the mail",
    "- [ ]\n* [ ]\n-\n1.\n2. [ ]",
    "- [x] the tax return\n- [X] the dentist",
    "---\n```md\n```\n***",
  ])("as long as it is %j", (text) => {
    expect(hasTasks(text)).toBe(false);
  });
});

describe("HEARTBEAT.md asks for something", () => {
  it.each([
    "look at the mail",
    "# Heartbeat\n- look at the mail",
    "- [ ] look at the mail",
    "<!-- note --> look at the mail",
    "#mail",
    "1. the mail",
  ])("with %j", (text) => {
    expect(hasTasks(text)).toBe(true);
  });
});

describe("the reader of the tasks", () => {
  let directory = "";
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it("notices that the file appears, changes and goes, and is not held up by something else in its place", async () => {
    directory = await temporaryDirectory();
    const path = join(directory, "HEARTBEAT.md");
    const read = createTasksReader(path);
    expect(await read()).toBeUndefined();
    await writeFile(path, "- the mail");
    const first = await read();
    expect(first).toMatch(/^[0-9a-f]{16}$/);
    expect(await read()).toBe(first);
    await writeFile(path, "- the mail\n- the disk");
    expect(await read()).not.toBe(first);
    await writeFile(path, "# Nothing");
    expect(await read()).toBeUndefined();
    await rm(path);
    await mkdir(path);
    expect(await read()).toBeUndefined();
  });
});
