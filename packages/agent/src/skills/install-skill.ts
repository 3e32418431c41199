/** Installs skills from a folder or a tar archive into the managed folder, after somebody has read what they may do. */

import { randomUUID } from "node:crypto";
import { chmod, lstat, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { describeThrown, fault, isSystemError } from "@skykoi/fault";

import { parseSkill, type Skill } from "./skill-file.ts";
import { reviewSkill } from "./skill-review.ts";
import { readTarball, type PackedFile } from "./tarball.ts";

export interface PlannedSkill {
  readonly skill: Skill;
  /** Relative to the folder of the skill. */
  readonly files: readonly PackedFile[];
  /** Lines that say what it may do. */
  readonly review: readonly string[];
}

const LIMITS = { maxFiles: 500, maxBytes: 20 * 1024 * 1024 };
const MAX_DEPTH = 8;

/** Reads everything and writes nothing. Throws INVALID_REQUEST with a sentence when it is no sound skill. */
export const planSkill = async (path: string): Promise<PlannedSkill> => {
  try {
    const found = await lstat(path);
    if (!found.isDirectory() && found.size > LIMITS.maxBytes) throw tooLarge();
    const packed = found.isDirectory() ? await readFolder(path) : readTarball(await readFile(path), LIMITS);
    const files = withoutTop(packed.filter((file) => !isIgnored(file.path)));
    const head = files.find((file) => file.path === "SKILL.md");
    if (!head) throw new Error("There is no SKILL.md in it.");
    const check = await parseSkill(head.bytes.toString("utf8"), undefined);
    if (!check.ok) throw new Error(check.problems.join(" "));
    return { skill: check.skill, files, review: reviewSkill(check.skill, files) };
  } catch (thrown) {
    const reason = isSystemError(thrown) ? `It cannot be read (${thrown.code}).` : describeThrown(thrown);
    throw fault("INVALID_REQUEST", { message: `${path} cannot be installed. ${reason}`, cause: thrown });
  }
};

/** What was there under the same name is replaced, as a whole. Throws errno faults. */
export const installSkill = async ({ skill, files }: PlannedSkill, managed: string): Promise<string> => {
  const target = join(managed, skill.name);
  const draft = join(managed, `.${skill.name}-${randomUUID()}`);
  try {
    for (const { path, bytes, executable } of files) {
      await mkdir(dirname(join(draft, path)), { recursive: true });
      await writeFile(join(draft, path), bytes, { flag: "wx" });
      await chmod(join(draft, path), executable ? 0o755 : 0o644);
    }
    const old = `${draft}-old`;
    await rename(target, old).catch(unlessMissing);
    await rename(draft, target);
    await rm(old, { recursive: true, force: true });
    return target;
  } catch (thrown) {
    await rm(draft, { recursive: true, force: true });
    throw thrown;
  }
};

/** Names of what is installed. */
export const installedSkills = async (managed: string): Promise<string[]> => {
  const children = await readdir(managed, { withFileTypes: true }).catch(unlessMissing);
  return (children ?? []).filter((child) => child.isDirectory() && !child.name.startsWith(".")).map(({ name }) => name);
};

/** False when there is none of this name. */
export const removeSkill = async (name: string, managed: string): Promise<boolean> => {
  if (!(await installedSkills(managed)).includes(name)) return false;
  const gone = join(managed, `.${name}-${randomUUID()}`);
  await rename(join(managed, name), gone);
  await rm(gone, { recursive: true, force: true });
  return true;
};

const readFolder = async (root: string, prefix = "", depth = 0): Promise<PackedFile[]> => {
  const files: PackedFile[] = [];
  const children = await readdir(join(root, prefix), { withFileTypes: true });
  for (const child of children.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = `${prefix}${child.name}`;
    if (isIgnored(path)) continue;
    if (child.isDirectory() && depth < MAX_DEPTH) files.push(...(await readFolder(root, `${path}/`, depth + 1)));
    else if (child.isFile()) {
      const { size, mode } = await stat(join(root, path));
      if (size > LIMITS.maxBytes) throw tooLarge();
      files.push({ path, bytes: await readFile(join(root, path)), executable: (mode & 0o111) !== 0 });
    } else throw new Error(`It holds ${path}, which is neither a file nor a folder in reach.`);
    if (files.length > LIMITS.maxFiles) throw new Error(`It holds more than ${LIMITS.maxFiles} files.`);
    if (files.reduce((sum, { bytes }) => sum + bytes.length, 0) > LIMITS.maxBytes) throw tooLarge();
  }
  return files;
};

const tooLarge = (): Error => new Error(`It is larger than ${LIMITS.maxBytes / 1024 / 1024} MB.`);

/** The history of a checkout and what a package manager left are no part of a skill. */
const isIgnored = (path: string): boolean => path.split("/").some((part) => part === ".git" || part === "node_modules");

/** An archive usually holds one folder, with everything in it. */
const withoutTop = (files: readonly PackedFile[]): readonly PackedFile[] => {
  if (files.some(({ path }) => path === "SKILL.md")) return files;
  const [top] = files[0]?.path.split("/") ?? [];
  if (top === undefined || !files.every(({ path }) => path.startsWith(`${top}/`))) return files;
  return files.map((file) => ({ ...file, path: file.path.slice(top.length + 1) }));
};

const unlessMissing = (thrown: unknown): undefined => {
  if (isSystemError(thrown) && thrown.code === "ENOENT") return undefined;
  throw thrown;
};
