/** The rules of `.gitignore` files, as far as they are commonly used: names, paths, `*`, `**`, directories, exceptions. */

import { globMatcher } from "./glob.ts";

interface Rule {
  readonly matches: (path: string) => boolean;
  readonly directoriesOnly: boolean;
  readonly ignores: boolean;
}

/** The rules of one directory; paths are relative to it. */
export interface IgnoreRules {
  /** undefined: no rule is about it. */
  decide(path: string, isDirectory: boolean): boolean | undefined;
}

export const parseIgnoreRules = (text: string): IgnoreRules => {
  const rules = text.split(/\r?\n/).flatMap((line) => parseRule(line) ?? []);
  return {
    decide: (path, isDirectory) =>
      rules.findLast((rule) => (isDirectory || !rule.directoriesOnly) && rule.matches(path))?.ignores,
  };
};

const parseRule = (line: string): Rule | undefined => {
  const trimmed = line.replace(/(?<!\\)\s+$/, "");
  if (trimmed === "" || trimmed.startsWith("#")) return undefined;
  const ignores = !trimmed.startsWith("!");
  const pattern = ignores ? trimmed : trimmed.slice(1);
  const directoriesOnly = pattern.endsWith("/");
  return { matches: globMatcher(pattern.replace(/\/$/, "")), directoriesOnly, ignores };
};
