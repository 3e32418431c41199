/** Turns what a model calls a path into a real one, and keeps tools out of the gateway's own state. */

import { realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";

import { hasErrno } from "@skykoi/fault";

import { createSecondNameCheck } from "./second-names.ts";

export interface PathGuard {
  /** The real path behind every symbolic link, or a sentence saying why tools may not go there. Throws errno faults. */
  resolve(
    path: string,
  ): Promise<{ readonly ok: true; readonly path: string } | { readonly ok: false; readonly reason: string }>;
  /** Whether a real path lies outside of the workspace: what is there was put there by somebody else. */
  isOutside(path: string): Promise<boolean>;
  /** The real paths of what no tool may read or write. */
  protectedPaths(): Promise<readonly string[]>;
}

export interface PathGuardOptions {
  readonly workspace: string;
  /** What `~` means. */
  readonly home: string;
  /** Files and directories that no tool may read or write. */
  readonly protectedPaths: readonly string[];
  /** Files that are open in the owner's main session alone; this guard is for another one. */
  readonly ownersPaths?: readonly string[];
}

/** The state of a process, its environment among it. */
const PROCESS_STATE = /^\/proc\/\d+(\/|$)/;

export const createPathGuard = (options: PathGuardOptions): PathGuard => {
  const { workspace, home, protectedPaths, ownersPaths = [] } = options;
  const gateways = regionOf(protectedPaths);
  const owners = regionOf(ownersPaths);

  return {
    isOutside: async (path) => !isInside(path, await realPath(resolve(workspace))),
    protectedPaths: async () => [...(await gateways.paths()), ...(await owners.paths())],
    resolve: async (path) => {
      if (path.includes("\0")) return { ok: false, reason: "A path cannot contain a NUL character." };
      const real = await realPath(resolve(workspace, expandHome(path, home)));
      if (PROCESS_STATE.test(real) || (await gateways.holds(real))) {
        return { ok: false, reason: `${path} belongs to the gateway itself and is not open to tools.` };
      }
      if (await owners.holds(real)) {
        return {
          ok: false,
          reason: `${path} is for your person's main conversation only and is not open in this one.`,
        };
      }
      return { ok: true, path: real };
    },
  };
};

/** Paths with everything below them, under whatever name. */
const regionOf = (named: readonly string[]) => {
  const paths = (): Promise<string[]> => Promise.all(named.map((path) => realPath(resolve(path))));
  const isSecondName = createSecondNameCheck(paths);
  return {
    paths,
    holds: async (real: string): Promise<boolean> => {
      if (named.length === 0) return false;
      return (await paths()).some((directory) => isInside(real, directory)) || isSecondName(real);
    },
  };
};

const expandHome = (path: string, home: string): string => {
  if (path === "~") return home;
  return path.startsWith("~/") ? join(home, path.slice(2)) : path;
};

/** Resolves the part that exists and appends the rest. */
const realPath = async (path: string): Promise<string> => {
  try {
    return await realpath(path);
  } catch (thrown) {
    const parent = dirname(path);
    if (!hasErrno(thrown, "ENOENT", "ENOTDIR") || parent === path) throw thrown;
    return join(await realPath(parent), basename(path));
  }
};

const isInside = (path: string, directory: string): boolean => {
  const way = relative(directory, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
};
