/** Builds what must be built, when its sources changed: the tenant's bundle and the dashboard. */

import { rmSync } from "node:fs";

import { runQuietly } from "./child.mjs";
import { fingerprint } from "./fingerprint.mjs";
import { NODE, inRoot } from "./paths.mjs";
import { step } from "./progress.mjs";
import { isBuilt, writeStamp } from "./stamp.mjs";

/**
 * @typedef {object} Artifact
 * @property {string} title
 * @property {string[]} sources files and folders that go into it
 * @property {string[]} products files and folders that it leaves, relative to the checkout
 * @property {string} stamp where it is noted what was built from what
 * @property {() => Promise<void>} build
 */

const SHARED = ["packages", "package.json", "pnpm-lock.yaml"];

/** @type {Artifact[]} */
const ARTIFACTS = [
  {
    title: "Building the gateway (dist/koi.mjs)",
    sources: [...SHARED, "apps/cli", "apps/gateway", "scripts/bundle-koi.mjs"],
    products: ["dist/koi.mjs", "dist/koi-chunks"],
    stamp: inRoot("dist", ".koi-stamp"),
    build: () => runQuietly(NODE, ["scripts/bundle-koi.mjs"], { failure: "The gateway could not be built" }),
  },
  {
    title: "Building the dashboard",
    sources: [...SHARED, "apps/dashboard"],
    products: ["BUILD_ID", "routes-manifest.json", "server", "static"].map((name) => `apps/dashboard/.next/${name}`),
    stamp: inRoot("apps", "dashboard", ".next", ".stamp"),
    build: () =>
      runQuietly(NODE, ["node_modules/next/dist/bin/next", "build"], {
        cwd: inRoot("apps", "dashboard"),
        env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" },
        failure: "The dashboard could not be built",
      }),
  },
];

export const ensureBuilt = async () => {
  for (const artifact of ARTIFACTS) {
    const current = fingerprint(artifact.sources);
    if (isBuilt(artifact.stamp, current)) continue;
    await step(artifact.title, async () => {
      rmSync(artifact.stamp, { force: true });
      await artifact.build();
      writeStamp(artifact.stamp, { fingerprint: current, products: artifact.products });
    });
  }
};
