/** Playwright finds its own parts by their place on the disk, so it is copied beside the chunks instead of into them. */

import { copyFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { build } from "esbuild";

import { inRoot } from "../setup/paths.mjs";

const FOLDER = "playwright-core";
const AS_IT_IS = ["package.json", "browsers.json", "index.js", "index.mjs", "LICENSE", "NOTICE"];
/** What drives a browser; the recorder, the trace viewer and the installer of browsers stay behind. */
const CODE = ["bootstrap", "coreBundle", "package", "serverRegistry", "utilsBundle"].map((name) => `lib/${name}.js`);

/** @type {import("esbuild").Plugin} */
export const playwrightBeside = {
  name: "playwright-beside",
  setup: (bundler) => {
    bundler.onResolve({ filter: /^playwright-core$/ }, () => ({ path: `./${FOLDER}/index.mjs`, external: true }));
  },
};

/** @param {string} chunks Directory of the chunks. */
export const copyPlaywright = async (chunks) => {
  const from = dirname(
    createRequire(inRoot("packages", "agent", "package.json")).resolve("playwright-core/package.json"),
  );
  const to = join(chunks, FOLDER);
  mkdirSync(to, { recursive: true });
  for (const name of AS_IT_IS) copyFileSync(join(from, name), join(to, name));
  await build({
    entryPoints: CODE.map((name) => join(from, name)),
    outbase: from,
    outdir: to,
    bundle: false,
    minify: true,
    platform: "node",
    legalComments: "none",
    logLevel: "error",
  });
};
