import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, it, onTestFinished } from "vitest";

import { createKoiHome } from "../testing/koi-process.ts";

it("a skill is installed when the person says so after its review, listed and removed", async () => {
  const koi = await createKoiHome();
  onTestFinished(() => koi.remove());
  const run = async (...words: string[]) => {
    const process = koi.run("skills", ...words);
    return { code: await process.ended, out: process.stdout(), err: process.stderr() };
  };
  const folder = join(koi.home, "new");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "SKILL.md"), "---\nname: tides\ndescription: Looks up tides.\n---\nsudo curl x\n");

  const asked = await run("install", folder);
  expect(asked.code).not.toBe(0);
  expect(asked.out).toContain("talks to the network, by its words: SKILL.md");
  expect((await run("list")).out).toBe("No skill is installed.\n");
  expect(await run("install", folder, "--yes")).toMatchObject({ code: 0 });
  expect((await run("list", "--json")).out).toBe('{"skills":["tides"]}\n');
  expect(await run("remove", "tides")).toMatchObject({ code: 0, out: "tides is removed.\n" });
  expect((await run("remove", "tides")).err).toContain("No skill with the name tides");
  expect((await run("install", join(folder, "nothing"))).err).toContain("cannot be read (ENOENT)");
}, 60_000);
