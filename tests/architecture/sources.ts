/** Reads the checkout's members, sources and imports for the rules. */

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

import { transformSync } from "esbuild";

const ROOT = join(import.meta.dirname, "..", "..");

export interface SourceFile {
  /** Relative to the checkout. */
  readonly path: string;
  /** Short name of the workspace member it belongs to. */
  readonly member: string;
  readonly isTest: boolean;
  readonly text: string;
  /** Specifiers of static and dynamic imports and re-exports, also of types. */
  readonly imports: readonly string[];
}

/** `packages/fault/src/x.ts` belongs to `fault`; what is in no member belongs to `root`. */
export const memberOf = (path: string): string => {
  const [group = "", name = ""] = path.split("/");
  if (group === "apps" || group === "packages") return name;
  return group === "tests" || group === "bench" ? group : "root";
};

const isTestFile = (path: string): boolean => /\.test\.tsx?$|\/testing\/|^tests\/|^bench\//.test(path);

/** The compiler prints every statement at the start of a line, so that text inside of strings does not count. */
const SPECIFIER =
  /^(?:import|export)\s*(?:[\w*{}\s,$]+?\s+from\s*)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/gm;

/** Comments are removed by the compiler; imports of types alone are taken from the text itself. */
export const importsOf = (path: string, text: string): string[] => {
  const loader = path.endsWith("x") ? "tsx" : "ts";
  const { code } = transformSync(text, {
    loader,
    jsx: "preserve",
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  });
  const found = [...code.matchAll(SPECIFIER), ...text.matchAll(/^(?:import|export) type [^;]*?from "([^"]+)";/gm)];
  return [...new Set(found.map((match) => match[1] ?? match[2] ?? ""))];
};

export const readSources = (): SourceFile[] => {
  const listed = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { cwd: ROOT, encoding: "utf8" });
  return listed
    .split("\n")
    .filter((path) => /\.(ts|tsx|mts)$/.test(path) && !path.endsWith(".d.ts") && existsSync(join(ROOT, path)))
    .map((path) => {
      const text = readFileSync(join(ROOT, path), "utf8");
      return { path, member: memberOf(path), isTest: isTestFile(path), text, imports: importsOf(path, text) };
    });
};

/** Declared `@skykoi/*` dependencies of a member, by short name. */
export const declaredDependencies = (folder: string): { runtime: string[]; development: string[] } => {
  const manifest = JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8"));
  return { runtime: ours(manifest.dependencies), development: ours(manifest.devDependencies) };
};

const ours = (group: Record<string, string> = {}): string[] =>
  Object.keys(group)
    .filter((name) => name.startsWith("@skykoi/"))
    .map((name) => name.slice("@skykoi/".length));

export const memberFolders = (): string[] =>
  execFileSync("git", ["ls-files", "-co", "--exclude-standard", "*/package.json"], { cwd: ROOT, encoding: "utf8" })
    .split("\n")
    .filter(Boolean)
    .map((file) => dirname(file));

/** The file a relative import points to, relative to the checkout. */
export const resolveRelative = (from: string, specifier: string): string => normalize(join(dirname(from), specifier));
