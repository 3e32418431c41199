/** All skills of an agent: those of its workspace before managed ones, before configured folders, before bundled ones. */

import { constants } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";

import { isSystemError } from "@skykoi/fault";

import type { PathGuard } from "../tools/files/path-guard.ts";
import { openUnmoved } from "../tools/files/unmoved.ts";
import { parseSkill, type Skill, type SkillCheck } from "./skill-file.ts";
import { unmetNeeds, type SkillHost } from "./unmet-needs.ts";

type SkillSource = "workspace" | "managed" | "configured" | "bundled";

export type SkillState =
  | { readonly kind: "ready"; readonly skill: Skill }
  /** Something it needs is not there. */
  | { readonly kind: "unmet"; readonly skill: Skill; readonly reasons: readonly string[] }
  /** One with the same name comes first. */
  | { readonly kind: "shadowed"; readonly skill: Skill }
  | { readonly kind: "malformed"; readonly reasons: readonly string[] };

export interface FoundSkill {
  /** Of the folder. */
  readonly name: string;
  readonly source: SkillSource;
  readonly directory: string;
  readonly state: SkillState;
}

type SkillFile = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

export interface SkillLibrary {
  /** In the order of precedence, then by name. Never rejects for what is in a folder. */
  list(): Promise<readonly FoundSkill[]>;
  /** Relative paths of what is beside SKILL.md, bounded. */
  files(skill: FoundSkill): Promise<readonly string[]>;
  /** A file of the skill, and of no other place. */
  read(skill: FoundSkill, file: string): Promise<SkillFile>;
}

export interface SkillLibraryOptions {
  readonly workspace: string;
  /** Skills installed with `koi skills install`. */
  readonly managed: string;
  /** Asked at every look. */
  readonly configured: () => readonly string[];
  readonly host: () => SkillHost;
  /** Where tools may go: holds for skills of the workspace and of configured folders. */
  readonly paths: PathGuard;
  /** Default: those that come with SkyKoi. */
  readonly bundled?: string;
}

const MAX_SKILLS_A_FOLDER = 500;
const MAX_FILE_BYTES = 256 * 1024;
const MAX_FILES = 100;
const MAX_DEPTH = 4;

export const createSkillLibrary = (options: SkillLibraryOptions): SkillLibrary => {
  const { workspace, managed, configured, host, paths } = options;
  const bundled = options.bundled ?? fileURLToPath(new URL("./bundled", import.meta.url));
  const parsed = new Map<string, { readonly stamp: string; readonly check: SkillCheck }>();

  const roots = (): readonly { readonly source: SkillSource; readonly path: string }[] => [
    { source: "workspace", path: join(workspace, "skills") },
    { source: "managed", path: managed },
    ...configured().map((path) => ({ source: "configured" as const, path })),
    { source: "bundled", path: bundled },
  ];

  /** The real path of a file of a skill, or a sentence. */
  const locate = async (source: SkillSource, directory: string, file: string): Promise<SkillFile> => {
    const base = await realpath(directory);
    const real = await realpath(join(directory, file));
    if (!real.startsWith(base + sep)) return { ok: false, reason: `${file} is outside of the skill's folder.` };
    const open = source === "workspace" || source === "configured" ? await paths.resolve(real) : undefined;
    return open?.ok === false ? open : { ok: true, text: real };
  };

  const readText = async (source: SkillSource, directory: string, file: string): Promise<SkillFile> => {
    try {
      const place = await locate(source, directory, file);
      return place.ok ? await readRegular(place.text, file) : place;
    } catch (thrown) {
      if (!isSystemError(thrown)) throw thrown;
      return { ok: false, reason: `${file} cannot be read (${thrown.code}).` };
    }
  };

  const check = async (source: SkillSource, directory: string, name: string, stamp: string): Promise<SkillCheck> => {
    const known = parsed.get(directory);
    if (known?.stamp === stamp) return known.check;
    const file = await readText(source, directory, "SKILL.md");
    const result: SkillCheck = file.ok ? await parseSkill(file.text, name) : { ok: false, problems: [file.reason] };
    parsed.set(directory, { stamp, check: result });
    return result;
  };

  return {
    list: async () => {
      const taken = new Set<string>();
      const found: FoundSkill[] = [];
      const here = host();
      for (const { source, path } of roots()) {
        for (const name of await foldersIn(path)) {
          const directory = join(path, name);
          const stamp = await stampOf(join(directory, "SKILL.md"));
          if (stamp === undefined) continue;
          const result = await check(source, directory, name, stamp);
          const state = result.ok ? stateOf(result.skill, taken.has(name), here) : malformed(result.problems);
          if (result.ok) taken.add(name);
          found.push({ name, source, directory, state });
        }
      }
      return found;
    },
    files: ({ directory }) => filesBelow(directory),
    read: ({ source, directory }, file) => readText(source, directory, file),
  };
};

const malformed = (reasons: readonly string[]): SkillState => ({ kind: "malformed", reasons });

const stateOf = (skill: Skill, isTaken: boolean, host: SkillHost): SkillState => {
  if (isTaken) return { kind: "shadowed", skill };
  const reasons = unmetNeeds(skill.needs, host);
  return reasons.length === 0 ? { kind: "ready", skill } : { kind: "unmet", skill, reasons };
};

const foldersIn = async (path: string): Promise<string[]> => {
  try {
    const children = await readdir(path, { withFileTypes: true });
    return children
      .filter((child) => !child.name.startsWith(".") && (child.isDirectory() || child.isSymbolicLink()))
      .map(({ name }) => name)
      .toSorted((a, b) => (a < b ? -1 : 1))
      .slice(0, MAX_SKILLS_A_FOLDER);
  } catch (thrown) {
    if (isSystemError(thrown)) return [];
    throw thrown;
  }
};

const stampOf = async (path: string): Promise<string | undefined> => {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(":");
  } catch (thrown) {
    if (isSystemError(thrown)) return undefined;
    throw thrown;
  }
};

const readRegular = async (real: string, file: string): Promise<SkillFile> => {
  const handle = await openUnmoved(real, constants.O_RDONLY);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) return { ok: false, reason: `${file} is not a regular file.` };
    if (stats.size > MAX_FILE_BYTES) {
      return { ok: false, reason: `${file} is larger than ${MAX_FILE_BYTES / 1024} KB.` };
    }
    const bytes = await handle.readFile();
    if (bytes.includes(0)) return { ok: false, reason: `${file} is a binary file.` };
    return { ok: true, text: bytes.toString("utf8") };
  } finally {
    await handle.close();
  }
};

const filesBelow = async (directory: string, prefix = "", depth = 0): Promise<string[]> => {
  const children = await readdir(directory, { withFileTypes: true });
  const files: string[] = [];
  for (const child of children.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (files.length >= MAX_FILES || child.name.startsWith(".")) continue;
    const path = `${prefix}${child.name}`;
    if (child.isFile() && path !== "SKILL.md") files.push(path);
    if (child.isDirectory() && depth < MAX_DEPTH) {
      files.push(...(await filesBelow(join(directory, child.name), `${path}/`, depth + 1)));
    }
  }
  return files.slice(0, MAX_FILES);
};
