/** Notes what a build was made from and which files it left, so that a half-deleted one is noticed and made again. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { filesBelow } from "./fingerprint.mjs";
import { ROOT } from "./paths.mjs";

/**
 * @param {string} stampFile
 * @param {{ fingerprint: string, products: string[] }} built files and folders, relative to the checkout
 * @param {string} [root]
 */
export const writeStamp = (stampFile, { fingerprint, products }, root = ROOT) => {
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, [fingerprint, ...filesBelow(products, root)].join("\n"));
};

/**
 * Whether the stamp was written for this fingerprint and every file it names is still there.
 * @param {string} stampFile
 * @param {string} fingerprint
 * @param {string} [root]
 */
export const isBuilt = (stampFile, fingerprint, root = ROOT) => {
  let lines;
  try {
    lines = readFileSync(stampFile, "utf8").split("\n");
  } catch {
    // No stamp: nothing was built here yet.
    return false;
  }
  const [madeFrom, ...files] = lines;
  return madeFrom === fingerprint && files.length > 0 && files.every((file) => existsSync(join(root, file)));
};
