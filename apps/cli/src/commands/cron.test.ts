import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, expect, it } from "vitest";

import { createKoiHome, type KoiHome } from "../testing/koi-process.ts";

const homes: KoiHome[] = [];
afterEach(async () => {
  for (const home of homes.splice(0)) await home.remove();
});

const CONFIG = `{ gateway: { mode: "local", port: 0, auth: { token: "gwt_cron" } },
  agents: { defaults: { model: { primary: "offline/demo" } } } }`;

const startKoi = async () => {
  const koi = await createKoiHome();
  homes.push(koi);
  await writeFile(join(koi.home, "skykoi.json"), CONFIG);
  const [, url = ""] = await koi.run("gateway", "run").printed(/^Koi gateway listening on (ws:\S+)$/m);
  return async (...words: string[]) => {
    const process = koi.run("cron", ...words, "--url", url, "--token", "gwt_cron");
    return { code: await process.ended, out: process.stdout(), err: process.stderr() };
  };
};

it("jobs are added, shown, changed, run and removed from a terminal", async () => {
  const cron = await startKoi();
  expect(await cron("list")).toMatchObject({ code: 0, out: "No jobs.\n" });
  const added = await cron(
    "add",
    "Report",
    "--cron",
    "0 8 * * 1-5",
    "--tz",
    "Asia/Tokyo",
    "--message",
    "report",
    "--json",
  );
  expect(added.code).toBe(0);
  const { id } = JSON.parse(added.out);
  expect((await cron("list")).out).toMatch(
    new RegExp(`^${id} .* isolated +0 8 \\* \\* 1-5 \\(Asia/Tokyo\\) +Report$`, "m"),
  );

  expect((await cron("edit", id, "--every", "90m", "--disable")).out).toMatch(/off +- +isolated +every 90m +Report/);
  expect((await cron("list")).out).toBe("No jobs.\n");
  expect((await cron("run", id)).out).toMatch(/^Started as cron:/);
  await expect
    .poll(async () => (await cron("runs", id)).out, { timeout: 15_000 })
    .toMatch(/ ok +\d+\.\d s +\$0\.\d{4} /);
  expect((await cron("status")).out).toBe("Scheduler on, 1 jobs, 0 at work.\nNothing is due.\n");
  expect((await cron("remove", id)).out).toBe("Removed.\n");
  expect((await cron("remove", id)).out).toBe("There is no such job.\n");
}, 60_000);

it("what cannot be understood is said in one line, without asking a gateway", async () => {
  const koi = await createKoiHome();
  homes.push(koi);
  const cases: readonly (readonly [string[], RegExp])[] = [
    [["add", "Tea", "--at", "20m"], /Say what/],
    [["add", "Tea", "--message", "x"], /Say when/],
    [["add", "--at", "20m", "--message", "x"], /Name the job/],
    [["add", "Tea", "--at", "20m", "--every", "1h", "--message", "x"], /Choose one of/],
    [["add", "Tea", "--every", "often", "--message", "x"], /--every must be/],
    [["edit", "abc"], /Say what to change/],
    [["remove"], /Name the job by its id/],
  ];
  const answers = await Promise.all(
    cases.map(async ([words]) => {
      const process = koi.run("cron", ...words);
      return { code: await process.ended, err: process.stderr() };
    }),
  );
  for (const [index, [, expected]] of cases.entries()) {
    expect(answers[index]).toMatchObject({ code: 2, err: expect.stringMatching(expected) });
  }
}, 60_000);
