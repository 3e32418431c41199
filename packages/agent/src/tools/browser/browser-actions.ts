/** What can be done in the browser: one small function for each action. */

import { randomUUID } from "node:crypto";

import type { Locator, Page, Response } from "playwright-core";
import type { Static } from "typebox";

import type { ToolImage } from "../../port.ts";
import { wrapUntrusted } from "../../untrusted/wrap.ts";
import { createSsrfGuard } from "../web/ssrf-guard.ts";
import { VIEWPORT } from "./browser-host.ts";
import type { BrowserInput } from "./browser-input.ts";
import type { BrowserSession } from "./browser-session.ts";
import type { GuardedProxy } from "./guarded-proxy.ts";

type Input = Static<typeof BrowserInput>;

interface ActionContext {
  readonly session: BrowserSession;
  readonly proxy: GuardedProxy;
  readonly sessionKey: string;
  readonly allowPrivateHosts: readonly string[];
  /** Time for a page to load and for an element to be there. */
  readonly navigationTimeoutMs: number;
  readonly actionTimeoutMs: number;
  /** The real path of a file of the agent. Throws ActionRefused. */
  readonly path: (path: string) => Promise<string>;
  /** Writes into the workspace; answers how the agent calls the file. */
  readonly keep: (name: string, bytes: Uint8Array) => Promise<string>;
}

interface ActionResult {
  readonly text: string;
  readonly images?: readonly ToolImage[];
  /** Whether the page as it is now belongs to the answer. */
  readonly show: boolean;
}

/** Its message is a sentence for the model. */
export class ActionRefused extends Error {
  override readonly name = "ActionRefused";
}

type Action = (input: Input, context: ActionContext) => Promise<ActionResult>;

const MAX_EVALUATED_CHARS = 20_000;
const MAX_WAIT_MS = 30_000;
const MAX_FULL_PAGE_HEIGHT = 5_000;
const MAX_SCREENSHOT_BYTES = 1_000_000;
const DOWNLOAD_WAIT_MS = 60_000;
const LOAD_ATTEMPTS = 3;
const SETTLE_MS = 3_000;

export const ACTIONS: Readonly<Record<Input["action"], Action>> = {
  navigate: async ({ url }, context) => {
    const address = required(url, "url");
    const checked = createSsrfGuard(context).check(address);
    if (!checked.ok) throw new ActionRefused(checked.reason);
    return goTo(checked.url, context);
  },
  snapshot: async () => ({ text: "", show: true }),
  click: (input, context) =>
    acting(input, context, async (element, options) => {
      await (input.double ? element.dblclick(options) : element.click(options));
      return "Clicked.";
    }),
  hover: (input, context) =>
    acting(input, context, async (element, options) => {
      await element.hover(options);
      return "Pointed at it.";
    }),
  fill: (input, context) =>
    acting(input, context, async (element, options) => {
      await element.fill(required(input.text, "text"), options);
      return submit(element, input, "Filled.");
    }),
  type: (input, context) =>
    acting(input, context, async (element, { timeout }) => {
      await element.pressSequentially(required(input.text, "text"), { timeout, delay: 5 });
      return submit(element, input, "Typed.");
    }),
  select: (input, context) =>
    acting(input, context, async (element, options) => {
      const chosen = await element.selectOption([...required(input.values, "values")], options);
      return `Selected ${chosen.join(", ")}.`;
    }),
  press: async (input, context) => {
    const key = required(input.key, "key");
    if (input.ref !== undefined) {
      return acting(input, context, async (element, options) => {
        await element.press(key, options);
        return `Pressed ${key}.`;
      });
    }
    const page = await context.session.current(context.sessionKey);
    await page.keyboard.press(key);
    await settle(page);
    return { text: `Pressed ${key}.`, show: true };
  },
  wait: async ({ text, timeMs }, context) => {
    const page = await context.session.current(context.sessionKey);
    if (text === undefined) {
      await page.waitForTimeout(Math.min(timeMs ?? 1_000, MAX_WAIT_MS));
      return { text: "Waited.", show: true };
    }
    const timeout = Math.min(timeMs ?? context.actionTimeoutMs, MAX_WAIT_MS);
    await page.getByText(text).first().waitFor({ state: "visible", timeout });
    return { text: `"${text}" is there.`, show: true };
  },
  upload: async (input, context) => {
    const files = await Promise.all(required(input.paths, "paths").map(context.path));
    return acting(input, context, async (element, { timeout }) => {
      if (await element.evaluate((node) => node.matches("input[type=file]")))
        await element.setInputFiles(files, { timeout });
      else {
        const chooser = element.page().waitForEvent("filechooser", { timeout });
        await Promise.all([element.click({ timeout }), chooser.then((dialog) => dialog.setFiles(files))]);
      }
      return `Chose ${files.length} file${files.length === 1 ? "" : "s"}.`;
    });
  },
  download: async (input, context) => {
    if (input.url !== undefined) {
      const checked = createSsrfGuard(context).check(input.url);
      if (!checked.ok) throw new ActionRefused(checked.reason);
      return goTo(checked.url, context);
    }
    return acting(input, context, async (element, { timeout }) => {
      const started = element.page().waitForEvent("download", { timeout });
      await Promise.all([element.click({ timeout }), started]);
      return "The download started.";
    });
  },
  evaluate: async ({ expression }, context) => {
    const page = await context.session.current(context.sessionKey);
    const value: unknown = await within(
      page.evaluate(required(expression, "expression")),
      context.actionTimeoutMs,
      "The script",
    );
    const json = JSON.stringify(value, undefined, 1) ?? "undefined";
    const cut =
      json.length > MAX_EVALUATED_CHARS ? [`cut after ${MAX_EVALUATED_CHARS} of ${json.length} characters`] : [];
    const text = json.slice(0, MAX_EVALUATED_CHARS);
    return { text: wrapUntrusted({ source: `script in ${page.url()}`, text, notes: cut }), show: false };
  },
  screenshot: async ({ fullPage = false }, context) => {
    const page = await context.session.current(context.sessionKey);
    const shot = async (quality: number): Promise<Buffer> => {
      const clip = fullPage ? { clip: await wholePage(page), fullPage: true } : {};
      return page.screenshot({ type: "jpeg", quality, scale: "css", timeout: context.actionTimeoutMs, ...clip });
    };
    const first = await shot(75);
    const bytes = first.length > MAX_SCREENSHOT_BYTES ? await shot(30) : first;
    const path = await context.keep(`screenshot-${stamp()}.jpg`, bytes);
    return {
      text: `Screenshot of ${page.url()}, also in ${path}.`,
      images: [{ mimeType: "image/jpeg", bytes }],
      show: false,
    };
  },
  pdf: async (_, context) => {
    const page = await context.session.current(context.sessionKey);
    const bytes = await within(page.pdf({ printBackground: true }), context.navigationTimeoutMs, "Printing");
    return { text: `The page is in ${await context.keep(`page-${stamp()}.pdf`, bytes)}.`, show: false };
  },
  back: (_, context) => travel(context, (page, timeout) => page.goBack({ timeout, waitUntil: "domcontentloaded" })),
  forward: (_, context) =>
    travel(context, (page, timeout) => page.goForward({ timeout, waitUntil: "domcontentloaded" })),
  dialog: async ({ accept = true, text }, { session }) => {
    session.answerNextDialog(text === undefined ? { accept } : { accept, text });
    return { text: `The next dialog will be ${accept ? "accepted" : "dismissed"}.`, show: false };
  },
  tabs: async ({ tab, close }, context) => {
    const { session, sessionKey } = context;
    if (tab === undefined) return { text: await tabList(context), show: false };
    if (tab === "new") {
      await session.open(sessionKey);
      return { text: await tabList(context), show: false };
    }
    const page = session.tabs()[Number(tab) - 1];
    if (!page) throw new ActionRefused(`There is no tab ${tab}.\n${await tabList(context)}`);
    if (close === true) {
      await within(page.close(), context.actionTimeoutMs, "Closing the tab");
      return { text: `Closed tab ${tab}.\n${await tabList(context)}`, show: false };
    }
    session.select(sessionKey, page);
    await page.bringToFront();
    return { text: `Now in tab ${tab}.`, show: true };
  },
};

const goTo = async (url: URL, context: ActionContext): Promise<ActionResult> => {
  const page = await context.session.current(context.sessionKey);
  const download = Promise.withResolvers<void>();
  const onDownload = (): void => download.resolve();
  page.once("download", onDownload);
  context.proxy.takeRefusal(url);
  try {
    const response = await load(page, url.href, context.navigationTimeoutMs);
    const arrived = new URL(response?.url() ?? url.href);
    const reason = context.proxy.takeRefusal(arrived);
    if (response?.status() === 403 && reason !== undefined) throw new ActionRefused(reason);
    await settle(page);
    const status = response && response.status() >= 400 ? ` It answered with HTTP status ${response.status()}.` : "";
    return { text: `Opened ${page.url()}.${status}`, show: true };
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    if (thrown instanceof ActionRefused) throw thrown;
    if (message.includes("Download is starting")) {
      await within(download.promise, context.actionTimeoutMs, "The download");
      await context.session.settleDownloads(DOWNLOAD_WAIT_MS);
      return { text: `${url.href} is a download.`, show: false };
    }
    if (/timeout/i.test(message) && page.url().startsWith("chrome-error:"))
      return { text: `${url.href} could not be opened. The browser says:`, show: true };
    if (/timeout/i.test(message)) {
      return {
        text: `${url.href} did not load completely within ${context.navigationTimeoutMs / 1_000} seconds. What is there so far:`,
        show: true,
      };
    }
    throw new ActionRefused(context.proxy.takeRefusal(url) ?? navigationFailure(url, message));
  } finally {
    page.off("download", onDownload);
  }
};

/** The error page of the navigation before may come late, and takes the place of the new one; then it is asked for again. */
const load = async (page: Page, url: string, timeout: number): Promise<Response | null> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await page.goto(url, { timeout, waitUntil: "domcontentloaded" });
    } catch (thrown) {
      const overtaken = thrown instanceof Error && thrown.message.includes("interrupted by another navigation");
      if (!overtaken || attempt >= LOAD_ATTEMPTS) throw thrown;
      await page.waitForLoadState("domcontentloaded", { timeout }).catch(() => undefined);
    }
  }
};

const FAILURES: Readonly<Record<string, string>> = {
  ERR_TOO_MANY_REDIRECTS: "redirects without end",
  ERR_NAME_NOT_RESOLVED: "has a name that cannot be found",
  ERR_TUNNEL_CONNECTION_FAILED: "cannot be reached",
  ERR_CONNECTION_REFUSED: "refuses connections",
  ERR_EMPTY_RESPONSE: "closed the connection without an answer",
  ERR_CERT_AUTHORITY_INVALID: "has a certificate that nobody known has signed",
  ERR_CERT_DATE_INVALID: "has a certificate that is not valid now",
  ERR_CERT_COMMON_NAME_INVALID: "has a certificate for another name",
  ERR_ABORTED: "went on to something else before it was loaded",
};

const navigationFailure = (url: URL, message: string): string => {
  const [, code = ""] = /net::(ERR_\w+)/.exec(message) ?? [];
  return `${url.href} ${FAILURES[code] ?? `could not be opened (${code || message.split("\n")[0]?.slice(0, 200)})`}.`;
};

/** Works on the element with the reference, then waits a moment for what follows from it. */
const acting = async (
  input: Input,
  context: ActionContext,
  work: (element: Locator, options: { timeout: number }) => Promise<string>,
): Promise<ActionResult> => {
  const ref = required(input.ref, "ref");
  const page = await context.session.current(context.sessionKey);
  const element = page.locator(`aria-ref=${ref.replace(/^@|^ref=/, "")}`);
  const text = await work(element, { timeout: context.actionTimeoutMs });
  await settle(page);
  await context.session.settleDownloads(DOWNLOAD_WAIT_MS);
  return { text, show: true };
};

const submit = async (element: Locator, { submit: enter }: Input, done: string): Promise<string> => {
  if (enter !== true) return done;
  await element.press("Enter");
  return `${done.slice(0, -1)} and submitted.`;
};

/** A click may lead to another page, or to a request whose answer changes this one. */
const settle = async (page: Page): Promise<void> => {
  await page.waitForLoadState("load", { timeout: SETTLE_MS }).catch(() => undefined);
  await page.waitForLoadState("networkidle", { timeout: 1_000 }).catch(() => undefined);
};

const travel = async (
  context: ActionContext,
  go: (page: Page, timeout: number) => Promise<unknown>,
): Promise<ActionResult> => {
  const page = await context.session.current(context.sessionKey);
  const response = await go(page, context.navigationTimeoutMs);
  return { text: response === null ? "There is nothing to go to." : `Now at ${page.url()}.`, show: true };
};

const wholePage = async (page: Page) => {
  const height = await page.evaluate("document.documentElement.scrollHeight");
  return {
    x: 0,
    y: 0,
    width: VIEWPORT.width,
    height: Math.min(Math.max(Number(height) || 0, VIEWPORT.height), MAX_FULL_PAGE_HEIGHT),
  };
};

const tabList = async ({ session, sessionKey }: ActionContext): Promise<string> => {
  const current = await session.current(sessionKey);
  const lines = session
    .tabs()
    .map((page, index) => `${index + 1}. ${page.url().slice(0, 200)}${page === current ? " (this one)" : ""}`);
  return wrapUntrusted({ source: "tabs of the browser", text: lines.join("\n") });
};

const within = async <T>(work: Promise<T>, timeoutMs: number, what: string): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new ActionRefused(`${what} was not done within ${timeoutMs / 1_000} seconds.`)),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

const required = <T>(value: T | undefined, name: string): T => {
  if (value === undefined) throw new ActionRefused(`This action needs ${name}.`);
  return value;
};

const stamp = (): string => randomUUID().slice(0, 8);
