/** Where things are in this checkout. */

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** @param {string[]} parts */
export const inRoot = (...parts) => join(ROOT, ...parts);

/** Node 24, as installed by the development dependency of that name. */
export const NODE = inRoot("node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
