/** The machine's own Chromium. Where it is missing the suites say so by name and fail. */

import { existsSync } from "node:fs";

import { chromium, type Browser } from "playwright-core";

const CANDIDATES = [
  process.env.SKYKOI_TEST_CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

export const launchBrowser = (): Promise<Browser> => {
  const executablePath = CANDIDATES.find((path) => path !== undefined && existsSync(path));
  if (!executablePath) throw new Error("Chromium is not installed; set SKYKOI_TEST_CHROMIUM to a browser's path.");
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
};
