/** Finds the machine's own Chromium. */

import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

const NAMES = [
  "chromium",
  "chromium-browser",
  "google-chrome-stable",
  "google-chrome",
  "chrome",
  "microsoft-edge",
  "brave-browser",
];
const ELSEWHERE = [
  "/usr/lib/chromium/chromium",
  "/snap/bin/chromium",
  "/opt/google/chrome/chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

type BrowserExecutable = { readonly ok: true; readonly path: string } | { readonly ok: false; readonly reason: string };

/** `configured` wins; otherwise the first of the usual names in PATH, then the usual places. */
export const findBrowser = (configured: string, path = ""): BrowserExecutable => {
  if (configured !== "") {
    if (isProgram(configured)) return { ok: true, path: configured };
    return { ok: false, reason: `tools.browser.executablePath is ${configured}, and there is no program.` };
  }
  const directories = path.split(delimiter).filter((directory) => directory !== "");
  const candidates = [...NAMES.flatMap((name) => directories.map((directory) => join(directory, name))), ...ELSEWHERE];
  const found = candidates.find(isProgram);
  if (found !== undefined) return { ok: true, path: found };
  return {
    ok: false,
    reason:
      "There is no Chromium or Chrome on this machine. Whoever runs this agent can install one (Debian: apt-get install chromium) or name it in tools.browser.executablePath.",
  };
};

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // Not there, or not for us; both mean the next candidate.
    return false;
  }
};
