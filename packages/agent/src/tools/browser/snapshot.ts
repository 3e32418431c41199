/** What a page shows, as a tree of roles and names with references to act on; passwords are not shown. */

import type { Page } from "playwright-core";

import { wrapUntrusted } from "../../untrusted/wrap.ts";

const TIMEOUT_MS = 10_000;
const ATTEMPTS = 3;

export interface SnapshotPart {
  readonly offset: number;
  readonly maxChars: number;
}

/** Answers a sentence in place of the tree when the page does not hold still or does not respond. */
export const snapshot = async (page: Page, { offset, maxChars }: SnapshotPart): Promise<string> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const [tree, title] = await Promise.all([page.ariaSnapshot({ mode: "ai", timeout: TIMEOUT_MS }), titleOf(page)]);
      return present(page.url(), title, await withoutPasswords(page, tree), offset, maxChars);
    } catch (thrown) {
      if (page.isClosed()) return "[The tab is closed.]";
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      if (/timeout/i.test(message)) return UNRESPONSIVE;
      // The page went on to another address while it was read.
      if (attempt >= ATTEMPTS) return "[The page keeps going to other addresses and cannot be read.]";
    }
  }
};

const UNRESPONSIVE = `[The page does not respond within ${TIMEOUT_MS / 1_000} seconds: its scripts keep it busy, or it is too large. Use tabs to close it.]`;

/** A page without end to its scripts has no title either; the tree says so. */
const titleOf = async (page: Page): Promise<string> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(""), TIMEOUT_MS);
  });
  try {
    return await Promise.race([page.title(), late]);
  } finally {
    clearTimeout(timer);
  }
};

const MIN_SECRET_CHARS = 3;

const withoutPasswords = async (page: Page, tree: string): Promise<string> => {
  const values = await page
    .locator("input[type=password]")
    .evaluateAll((inputs) => inputs.map((input) => ("value" in input ? String(input.value) : "")));
  return values
    .filter((value) => value.length >= MIN_SECRET_CHARS)
    .reduce((text, value) => text.replaceAll(value, "••••"), tree);
};

const present = (url: string, title: string, tree: string, offset: number, maxChars: number): string => {
  const end = offset + maxChars;
  const part = tree.slice(offset, end).toWellFormed();
  const more =
    end < tree.length
      ? `\n[characters ${offset} to ${end} of ${tree.length}; continue with action snapshot, offset ${end}]`
      : "";
  const text = `${title === "" ? "" : `title: ${title}\n`}${part === "" ? "(the page is empty)" : part}`;
  return wrapUntrusted({ source: `browser page ${url}`, text }) + more;
};
