/** Lets Node keep the compiled code of the bundle, so that every start but the first is faster. */

import { enableCompileCache } from "node:module";
import { join } from "node:path";

import { isBundled } from "./version.ts";

/**
 * Beside the bundle, not in a temporary directory that others can write to: whoever can write here can change the
 * bundle itself. Where nobody can write, nothing is kept.
 */
export const keepCompiledCode = (): void => {
  if (isBundled) enableCompileCache(join(import.meta.dirname, "koi-cache"));
};
