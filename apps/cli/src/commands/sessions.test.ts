import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, expect, it } from "vitest";

import { createKoiHome, type KoiHome } from "../testing/koi-process.ts";

const homes: KoiHome[] = [];
afterEach(async () => {
  for (const home of homes.splice(0)) await home.remove();
});

const CONFIG = `{ gateway: { mode: "local", port: 0, auth: { token: "gwt_sessions" } },
  agents: { defaults: { model: { primary: "offline/demo" } } } }`;

it("a conversation is shown, found by its words, begun anew and deleted from a terminal", async () => {
  const koi = await createKoiHome();
  homes.push(koi);
  await writeFile(join(koi.home, "skykoi.json"), CONFIG);
  const [, url = ""] = await koi.run("gateway", "run").printed(/^Koi gateway listening on (ws:\S+)$/m);
  const run = async (...words: string[]) => {
    const process = koi.run(...words, "--url", url, "--token", "gwt_sessions");
    return { code: await process.ended, out: process.stdout() };
  };
  expect((await run("chat", "--message", "hello from the harbour")).code).toBe(0);
  expect((await run("sessions", "show", "main")).out).toMatch(/ you\nhello from the harbour\n/);
  expect((await run("sessions", "search", "harbour")).out).toContain("agent:main:main");
  expect((await run("sessions", "reset", "main")).out).toBe("agent:main:main begins anew; what was said is kept.\n");
  expect((await run("sessions", "delete", "main")).out).toBe("Deleted agent:main:main.\n");
  expect((await run("sessions", "show")).code).not.toBe(0);
}, 60_000);
