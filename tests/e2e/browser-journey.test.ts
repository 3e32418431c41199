import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { launchBrowser } from "./browser.ts";
import { onlyInstance } from "./instance-home.ts";
import { newDataDir, removeDataDir } from "./data-dir.ts";
import { startSkykoi, type SkykoiProcess } from "./skykoi-process.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const OUTPUT = join(import.meta.dirname, "output");
const PHONE = { width: 390, height: 844 };

let skykoi: SkykoiProcess;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let agentPath: string;
const foreignRequests: string[] = [];
const consoleErrors: string[] = [];

beforeAll(async () => {
  mkdirSync(OUTPUT, { recursive: true });
  skykoi = await startSkykoi(newDataDir());
  browser = await launchBrowser();
  context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on("request", (request) => {
    if (!/^(https?|wss?):/.test(request.url())) return;
    if (new URL(request.url()).host !== new URL(skykoi.url).host) foreignRequests.push(request.url());
  });
  page.on("console", (message) => {
    if (message.type() === "error") consoleErrors.push(message.text());
  });
  page.on("pageerror", (error) => consoleErrors.push(error.message));
});
afterAll(async () => {
  await browser?.close();
  await skykoi?.interrupt();
  if (skykoi) removeDataDir(skykoi.dataDir);
});

const say = async (text: string) => {
  const finals = page.locator('[data-testid="message"][data-role="assistant"]');
  const before = await finals.count();
  await page.getByTestId("composer").fill(text);
  await page.keyboard.press("Enter");
  await finals.nth(before).waitFor();
  await page.getByTestId("stop").waitFor({ state: "detached" });
};

/** Violations of WCAG A and AA, each with the elements it is about. */
const violations = async (): Promise<string[]> => {
  await page.evaluate(AXE);
  const found: string = await page.evaluate(
    `axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] })
       .then(({ violations }) => JSON.stringify(violations.map(({ id, nodes }) => id + ": " + nodes.map((n) => n.target.join(" ")).join("; "))))`,
  );
  return JSON.parse(found);
};

const screenshot = (name: string) => page.screenshot({ path: join(OUTPUT, `${name}.png`) });

describe("the journey in a browser", () => {
  it("signs up and lands where the next step is to create a Koi", async () => {
    await page.goto(skykoi.url);
    await page.waitForURL(/sign-(in|up)/);
    await page.goto(`${skykoi.url}/sign-up`);
    await page.getByLabel("Name").fill("Koi Keeper");
    await page.getByLabel("E-mail").fill("keeper@example.com");
    await page.getByLabel("Password").fill("correct horse battery");
    expect(await violations()).toEqual([]);
    await screenshot("sign-up-light");
    await page.getByRole("button", { name: "Create account" }).click();
    await page.getByRole("button", { name: "Create your Koi" }).waitFor();
    expect(await violations()).toEqual([]);
    await screenshot("create-light");
  });

  it("asks for a name in plain words, at the field", async () => {
    await page.getByRole("button", { name: "Create your Koi" }).click();
    await page.getByText("Give your Koi a name.").waitFor();
    expect(await page.evaluate("document.activeElement.name")).toBe("name");
  });

  it("creates a Koi and watches its instance come up until it can be talked to", async () => {
    await page.getByLabel("Name").fill("Ripple");
    await page.getByLabel("What should it help with?").fill("Keeping my notes in order");
    await page.getByRole("button", { name: "Create your Koi" }).click();
    await page.waitForURL(/\/agents\/agt_/);
    agentPath = new URL(page.url()).pathname;
    await page.getByTestId("composer").waitFor();
    await screenshot("chat-empty-light");
  });

  it("chats: the answer streams, a tool card shows what was run and what came out", async () => {
    await say("run `echo from-the-browser`");
    const card = page.getByTestId("tool-card").last();
    await expect.poll(() => card.getAttribute("data-state")).toBe("done");
    expect(await card.getAttribute("data-tool")).toBe("exec");
    await card.getByRole("button").first().click();
    await expect.poll(() => card.textContent()).toContain("from-the-browser");
  });

  it("makes the agent write a file, and finds history and file after a reload", async () => {
    await say("create notes.md with buy food for the pond");
    const notes = join(onlyInstance(skykoi.dataDir).workspace, "notes.md");
    await expect.poll(() => existsSync(notes)).toBe(true);
    expect(readFileSync(notes, "utf8")).toContain("buy food for the pond");

    await page.reload();
    const users = page.locator('[data-testid="message"][data-role="user"]');
    await expect
      .poll(() => users.allTextContents())
      .toEqual([expect.stringContaining("from-the-browser"), expect.stringContaining("buy food for the pond")]);
    await say("read notes.md");
    const last = page.locator('[data-testid="message"][data-role="assistant"]').last();
    expect(await last.textContent()).toContain("buy food for the pond");
    expect(await violations()).toEqual([]);
    await screenshot("chat-light");
  });
});

describe("the journey in a browser, when something is in the way", () => {
  it("takes a message before it is connected, and delivers it then", async () => {
    const release = Promise.withResolvers<void>();
    await page.route("**/tickets", async (route) => {
      await release.promise;
      await route.continue();
    });
    await page.reload();
    await page.getByRole("status", { name: "Loading the conversation" }).waitFor();
    await page.getByTestId("composer").fill("run `echo before-the-connection`");
    await expect.poll(() => page.getByTestId("send").isEnabled()).toBe(true);
    await page.keyboard.press("Enter");
    await page.locator('[data-delivery="sending"]').waitFor();
    release.resolve();
    const sent = page.locator('[data-delivery="sent"]', { hasText: "before-the-connection" });
    await sent.waitFor();
    await page.getByTestId("stop").waitFor({ state: "detached" });
    expect(await sent.count()).toBe(1);
    await page.unroute("**/tickets");
  });

  it("loses and repeats no word when the network goes away in the middle", async () => {
    await context.setOffline(true);
    await context.setOffline(false);
    await say("run `echo after-the-gap`");
    const texts = await page.locator('[data-testid="message"][data-role="user"]').allTextContents();
    expect(texts.filter((text) => text.includes("after-the-gap"))).toHaveLength(1);
    expect(texts.filter((text) => text.includes("from-the-browser"))).toHaveLength(1);
  });

  it("stops a run that works too long", async () => {
    await page.getByTestId("composer").fill("run `sleep 300`");
    await page.keyboard.press("Enter");
    await page.getByTestId("stop").waitFor();
    await expect.poll(() => page.getByTestId("tool-card").last().getAttribute("data-state")).toBe("running");
    await page.keyboard.press("Escape");
    await page.getByTestId("stop").waitFor({ state: "detached" });
    expect(await page.getByTestId("tool-card").last().getAttribute("data-state")).not.toBe("running");

    const end = page.getByTestId("message").last();
    await expect.poll(() => end.textContent()).toBe("Stopped.");
    await page.reload();
    await expect.poll(() => end.textContent()).toBe("Stopped.");
  });

  it("offers to send again what a crash of the gateway interrupted", async () => {
    await page.getByTestId("composer").fill("run `sleep 300`");
    await page.keyboard.press("Enter");
    await page.getByTestId("stop").waitFor();
    await expect.poll(() => page.getByTestId("tool-card").last().getAttribute("data-state")).toBe("running");
    process.kill(onlyInstance(skykoi.dataDir).pid(), "SIGKILL");
    await page.getByRole("button", { name: "Send again" }).click();
    await expect.poll(() => page.getByTestId("tool-card").last().getAttribute("data-state")).toBe("running");
    await page.keyboard.press("Escape");
    await page.getByTestId("stop").waitFor({ state: "detached" });
  });
});

describe("the journey in a browser, as everybody sees it", () => {
  it("is readable in the dark and usable at phone width, without a sideways scroll", async () => {
    await page.emulateMedia({ colorScheme: "dark" });
    await expect.poll(violations).toEqual([]);
    await screenshot("chat-dark");
    await page.setViewportSize(PHONE);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(PHONE.width);
    await say("list files");
    expect(await violations()).toEqual([]);
    await screenshot("chat-phone-dark");
    await page.emulateMedia({ colorScheme: "light" });
    await screenshot("chat-phone-light");
    await page.goto(skykoi.url);
    await page.getByRole("main").getByText("Ripple").first().waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(PHONE.width);
    expect(await violations()).toEqual([]);
    await screenshot("agents-phone-light");
  });

  it("explains an address that does not exist", async () => {
    const answer = await page.goto(`${skykoi.url}/agents/agt_unknown`);
    expect(answer?.status()).toBe(404);
    await page.getByRole("heading").first().waitFor();
  });

  it("explains an error code where the API's answers point to", async () => {
    await page.goto(`${skykoi.url}/docs/errors#AGENT_NOT_READY`);
    expect(await page.locator("#AGENT_NOT_READY").textContent()).toContain("not ready yet");
    expect(await violations()).toEqual([]);
  });

  it("fetched nothing from elsewhere and logged no error of its own", () => {
    expect(foreignRequests).toEqual([]);
    expect(consoleErrors.filter((text) => !/404|ERR_INTERNET_DISCONNECTED|WebSocket/.test(text))).toEqual([]);
  });

  it("is told when SkyKoi stops, which an open chat does not hold up", async () => {
    await page.goto(`${skykoi.url}${agentPath}`);
    const connection = page.getByTestId("connection");
    await expect.poll(() => connection.getAttribute("data-state")).toBe("open");
    expect(await skykoi.interrupt()).toBe(0);
    await expect.poll(() => connection.textContent()).toContain("Reconnecting.");
  });
});
