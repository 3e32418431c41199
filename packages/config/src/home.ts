/** Where a gateway keeps everything it has: `SKYKOI_HOME`, by default `~/.skykoi`. */

import { homedir } from "node:os";
import { join, resolve } from "node:path";

import type { Environment } from "./host-defaults.ts";

export const resolveHome = (env: Environment): string =>
  resolve(env["SKYKOI_HOME"] || join(env["HOME"] || homedir(), ".skykoi"));

export const configPath = (home: string): string => join(home, "skykoi.json");

/** The text of the last configuration with which a gateway started. */
export const lastGoodPath = (home: string): string => join(home, "skykoi.json.last-good");
