import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parseConfigText } from "@skykoi/config";
import { startGateway, type Gateway } from "@skykoi/gateway";
import { silentLogger } from "@skykoi/log";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";

import { launchBrowser } from "./browser.ts";

const TOKEN = "tok-0123456789abcdef";

let root: string;
let gateway: Gateway;
let browser: Browser;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "koi-webchat-"));
  const parsed = parseConfigText(
    `{ gateway: { mode: "local", port: 0, auth: { token: "${TOKEN}" }, http: { webchat: { enabled: true } } },
       agents: { defaults: { workspace: "${join(root, "koi")}", model: { primary: "offline/demo" } } } }`,
    {},
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const { config } = parsed;
  gateway = await startGateway({
    home: join(root, "home"),
    config,
    version: "test",
    log: silentLogger,
    env: process.env,
  });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await gateway?.close();
  await rm(root, { recursive: true, force: true });
});

const say = async (page: Page, text: string): Promise<void> => {
  await page.getByLabel("Message").fill(text);
  await page.keyboard.press("Enter");
};

it("the built-in chat asks for the token, answers, shows what tools did, and has it all again after a reload", async () => {
  const page = await browser.newPage({ viewport: { width: 390, height: 780 } });
  const problems: string[] = [];
  page.on("pageerror", ({ message }) => problems.push(message));
  page.on("console", (line) => line.type() === "error" && problems.push(line.text()));
  await page.goto(`http://127.0.0.1:${gateway.port}/`);

  await page.getByLabel("Gateway token").fill("wrong");
  await page.getByRole("button", { name: "Connect" }).click();
  await page.getByRole("alert").filter({ hasText: "wrong" }).waitFor();
  await page.getByLabel("Gateway token").fill(TOKEN);
  await page.getByRole("button", { name: "Connect" }).click();

  await say(page, "create notes.md with <b>Buy milk</b>");
  await page.locator(".tool summary", { hasText: "write notes.md" }).waitFor();
  await page.locator(".m code", { hasText: "notes.md" }).waitFor();
  await say(page, "help");
  await page.locator(".m b", { hasText: "offline demo" }).waitFor();
  // What was written stays text: nobody's words become elements of the page.
  expect(await page.locator(".user b").count()).toBe(0);

  await page.reload();
  await page.locator(".m b", { hasText: "offline demo" }).waitFor();
  expect(await page.locator(".user").allTextContents()).toEqual(["create notes.md with <b>Buy milk</b>", "help"]);
  const width = await page.evaluate<number>("document.documentElement.scrollWidth");
  expect(width).toBeLessThanOrEqual(390);

  await page.getByRole("button", { name: "Disconnect" }).click();
  await page.getByLabel("Gateway token").waitFor();
  expect(problems).toEqual([]);
});
