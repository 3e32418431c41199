/** Content hashes that decide whether an installation or a build is still fresh. */

import { createHash } from "node:crypto";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

import { ROOT } from "./paths.mjs";

/** What others wrote, builds among them: `next-env.d.ts` appears with the first build and is no reason for a second one. */
const SKIPPED = new Set(["node_modules", ".next", "dist", ".git", ".skykoi", "next-env.d.ts"]);

/**
 * All files below the given files and folders (relative to the checkout), sorted; tests are not part of a build.
 * @param {string[]} places
 * @param {string} [root]
 * @returns {string[]}
 */
export const filesBelow = (places, root = ROOT) =>
  places
    .flatMap((place) => {
      const stat = statSync(join(root, place), { throwIfNoEntry: false });
      if (!stat) return [];
      if (!stat.isDirectory()) return [place];
      const names = readdirSync(join(root, place)).filter((name) => !SKIPPED.has(name) && !/\.test\.tsx?$/.test(name));
      return filesBelow(
        names.map((name) => join(place, name)),
        root,
      );
    })
    .toSorted();

/**
 * One hash over the names and contents of the files.
 * @param {string[]} places
 * @param {string} [root]
 */
export const fingerprint = (places, root = ROOT) => {
  const hash = createHash("sha256");
  for (const file of filesBelow(places, root)) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update("\0");
  }
  return hash.digest("hex");
};

/**
 * Whether the stamp file holds this fingerprint.
 * @param {string} stampFile
 * @param {string} current
 */
export const isFresh = (stampFile, current) => {
  try {
    return readFileSync(stampFile, "utf8") === current;
  } catch {
    // No stamp: nothing was built here yet.
    return false;
  }
};
