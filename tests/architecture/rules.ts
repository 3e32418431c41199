/** The rules of the house as pure functions from sources to violations; each violation is a readable sentence. */

import { basename } from "node:path";

import {
  ALLOWED,
  ALLOWED_IN_TESTS,
  BROWSER_ENTRIES,
  DASHBOARD_SERVER_ENTRIES,
  MAX_SOURCE_LINES,
  VAGUE_NAMES,
} from "./layers.ts";
import { resolveRelative, type SourceFile } from "./sources.ts";

const ourMember = (specifier: string): string | undefined => /^@skykoi\/([\w-]+)/.exec(specifier)?.[1];

export const layerViolations = (files: readonly SourceFile[]): string[] =>
  files.flatMap(({ path, member, isTest, imports }) => {
    const allowed = new Set([...(ALLOWED[member] ?? []), ...(isTest ? ALLOWED_IN_TESTS : []), member]);
    return imports.flatMap((specifier) => {
      const target = ourMember(specifier);
      return target === undefined || allowed.has(target) ? [] : [`${path} imports ${specifier}: ${member} may not`];
    });
  });

/** A relative import must not leave its member: only a declared dependency crosses. */
export const escapeViolations = (files: readonly SourceFile[]): string[] =>
  files
    .filter(({ member }) => member !== "root" && member !== "tests" && member !== "bench")
    .flatMap(({ path, imports }) => {
      const home = path.split("/").slice(0, 2).join("/");
      return imports
        .filter((specifier) => specifier.startsWith(".") && !resolveRelative(path, specifier).startsWith(`${home}/`))
        .map((specifier) => `${path} imports ${specifier}, outside of ${home}`);
    });

export const browserViolations = (files: readonly SourceFile[]): string[] =>
  files
    .filter(({ member, isTest }) => member === "dashboard" && !isTest)
    .flatMap(({ path, text, imports }) => {
      const isClient = /^\s*["']use client["']/.test(text);
      const allowed = isClient ? BROWSER_ENTRIES : DASHBOARD_SERVER_ENTRIES;
      return imports
        .filter((specifier) => ourMember(specifier) !== undefined && !allowed.includes(specifier))
        .map((specifier) => `${path} imports ${specifier}, which the dashboard may not`);
    });

/** Cycles between files, through relative imports; each is named once. */
export const cycles = (files: readonly SourceFile[]): string[] => {
  const graph = new Map(
    files.map(({ path, imports }) => [
      path,
      imports.filter((specifier) => specifier.startsWith(".")).map((specifier) => resolveRelative(path, specifier)),
    ]),
  );
  const found = new Set<string>();
  const done = new Set<string>();
  const visit = (node: string, trail: readonly string[]): void => {
    const start = trail.indexOf(node);
    if (start >= 0) {
      found.add([...trail.slice(start), node].join(" -> "));
      return;
    }
    if (done.has(node)) return;
    for (const next of graph.get(node) ?? []) visit(next, [...trail, node]);
    done.add(node);
  };
  for (const node of graph.keys()) visit(node, []);
  return [...found];
};

export const vagueNames = (files: readonly SourceFile[]): string[] =>
  files
    .filter(({ path }) => path.split("/").some((part) => VAGUE_NAMES.test(basename(part).replace(/\.\w+$/, ""))))
    .map(({ path }) => `${path} has a name that says nothing about its subject`);

export const longFiles = (files: readonly SourceFile[]): string[] =>
  files
    .filter(({ isTest, text }) => !isTest && text.split("\n").length > MAX_SOURCE_LINES)
    .map(({ path, text }) => `${path} has ${text.split("\n").length} lines; ${MAX_SOURCE_LINES} are the limit`);

/** Every source opens with why it exists (after a directive such as "use client"). */
export const unexplainedFiles = (files: readonly SourceFile[]): string[] =>
  files
    .filter(
      ({ isTest, path, text }) =>
        !isTest && basename(path) !== "index.ts" && !/^(["'][\w ]+["'];\s*)?\/\*\*/.test(text),
    )
    .map(({ path }) => `${path} does not open with a comment that says why it exists`);
