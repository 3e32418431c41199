/** Everything a command of this checkout needs before it can run: a new enough Node, dependencies, builds. */

import { ensureBuilt } from "./build.mjs";
import { exclusively } from "./exclusive.mjs";
import { ensureInstalled } from "./install.mjs";
import { SetupError } from "./progress.mjs";

const MINIMUM_MAJOR = 20;

const requireNode = (version = process.versions.node) => {
  if (Number.parseInt(version, 10) < MINIMUM_MAJOR) {
    throw new SetupError(`SkyKoi needs Node ${MINIMUM_MAJOR} or newer to start; this is ${version}.`);
  }
};

/** @param {{ build: boolean }} options */
export const makeReady = async ({ build }) => {
  requireNode();
  await exclusively(async () => {
    await ensureInstalled();
    if (build) await ensureBuilt();
  });
};
