/** Whether this machine has what a gateway and its agent's tools need. */

import { accessSync, constants } from "node:fs";
import { statfs } from "node:fs/promises";
import { delimiter, join } from "node:path";

import type { SkykoiConfig } from "@skykoi/config";

import type { CommandContext } from "../command.ts";
import { bad, ok, warn, type Check } from "./check.ts";

const MIN_NODE = 24;

export const checkNode = (version: string): Check => {
  const major = Number(version.split(".")[0]);
  if (major >= MIN_NODE) return ok("node", version);
  return bad("node", `This is Node ${version}; koi needs ${MIN_NODE} or newer.`, "https://nodejs.org/en/download");
};

const LOW_BYTES = 1_000_000_000;
/** Below this the gateway itself says it is degraded. */
const MIN_BYTES = 200 * 1024 * 1024;

export const checkDisk = async (home: string): Promise<Check> => {
  const { bavail, bsize } = await statfs(home);
  const left = `${((bavail * bsize) / 1e9).toFixed(1)} GB left`;
  if (bavail * bsize < MIN_BYTES) return bad("disk", `Only ${left}: messages are soon not accepted.`, "Make room.");
  return bavail * bsize < LOW_BYTES ? warn("disk", `Only ${left}.`, "Make room.") : ok("disk", left);
};

const BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/** Programs the agent's tools start; without one of them the tool says so or is slower. */
export const checkPrograms = (config: SkykoiConfig, env: CommandContext["env"]): Check[] => {
  const { browser, tts, exec } = config.tools;
  const wanted = [
    { names: ["git"], need: true, without: "The agent cannot use git." },
    { names: ["rg"], need: true, without: "grep and find are slower without ripgrep." },
    { names: ["python3"], need: exec.security !== "deny", without: "Commands cannot have a terminal." },
    { names: BROWSERS, need: browser.enabled && browser.executablePath === "", without: "The agent has no browser." },
    { names: ["espeak-ng"], need: tts.provider === "espeak", without: "The agent cannot speak." },
  ];
  const missing = wanted.filter(({ names, need }) => need && !names.some((name) => isInPath(name, env["PATH"] ?? "")));
  if (missing.length === 0) return [ok("programs", "All there.")];
  return missing.map(({ names, without }) =>
    warn(
      "programs",
      `${names[0]} is not installed. ${without}`,
      `Debian: apt-get install ${packageOf(names[0] ?? "")}`,
    ),
  );
};

const packageOf = (program: string): string => (program === "rg" ? "ripgrep" : program);

const isInPath = (name: string, path: string): boolean =>
  path.split(delimiter).some((directory) => directory !== "" && isProgram(join(directory, name)));

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
