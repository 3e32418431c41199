/** Bundles the tenant side: `dist/koi.mjs`, with what is loaded on demand in chunks beside it. */

import { cpSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

import { build } from "esbuild";

import { copyPlaywright, playwrightBeside } from "./bundle/playwright.mjs";

import { inRoot } from "./setup/paths.mjs";

const OUT = inRoot("dist");
const DRAFT = inRoot("dist", ".draft");
/** @type {{ version: string }} */
const { version } = JSON.parse(readFileSync(inRoot("package.json"), "utf8"));

rmSync(DRAFT, { recursive: true, force: true });
await build({
  entryPoints: { koi: inRoot("apps", "cli", "src", "main.ts") },
  outdir: DRAFT,
  outExtension: { ".js": ".mjs" },
  chunkNames: "koi-chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node24",
  minify: true,
  legalComments: "none",
  // For reading stack traces of a report; nothing loads them.
  sourcemap: "external",
  sourcesContent: false,
  define: { KOI_VERSION: JSON.stringify(version) },
  // Optional native accelerators of ws, which works without them.
  external: ["bufferutil", "utf-8-validate"],
  plugins: [playwrightBeside],
  banner: {
    js: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);',
  },
});

await copyPlaywright(join(DRAFT, "koi-chunks"));
// Skills are files that are read, not code.
cpSync(inRoot("packages", "agent", "src", "skills", "bundled"), join(DRAFT, "koi-chunks", "bundled"), {
  recursive: true,
});

// The old bundle stays complete until the new one is.
rmSync(join(OUT, "koi-chunks"), { recursive: true, force: true });
rmSync(join(OUT, "koi-cache"), { recursive: true, force: true });
renameSync(join(DRAFT, "koi-chunks"), join(OUT, "koi-chunks"));
renameSync(join(DRAFT, "koi.mjs.map"), join(OUT, "koi.mjs.map"));
renameSync(join(DRAFT, "koi.mjs"), join(OUT, "koi.mjs"));
rmSync(DRAFT, { recursive: true, force: true });
