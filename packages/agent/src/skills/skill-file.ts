/** Reads a SKILL.md in the AgentSkills format: YAML between dashes, instructions below. */

import { visibleText } from "../untrusted/visible-text.ts";

export interface Skill {
  /** Small letters, digits and single hyphens; the name of its folder. */
  readonly name: string;
  /** One line: what it does and when to use it. */
  readonly description: string;
  readonly license?: string;
  readonly compatibility?: string;
  /** Tools it says it needs; nothing is granted by that. */
  readonly allowedTools: readonly string[];
  readonly needs: SkillNeeds;
  /** Markdown. */
  readonly body: string;
}

/** What must be there for the skill to be offered. */
export interface SkillNeeds {
  readonly bins: readonly string[];
  /** One of these. */
  readonly anyBins: readonly string[];
  readonly env: readonly string[];
  /** Paths of configuration keys that must be set to something. */
  readonly config: readonly string[];
  /** Names as `process.platform` has them; empty: any. */
  readonly os: readonly string[];
}

export type SkillCheck =
  | { readonly ok: true; readonly skill: Skill }
  /** Sentences. */
  | { readonly ok: false; readonly problems: readonly string[] };

const MAX_NAME_CHARS = 64;
const MAX_DESCRIPTION_CHARS = 1_024;
const MAX_COMPATIBILITY_CHARS = 500;
/** Keys under `metadata` that hold needs; the second is that of skills written for OpenClaw. */
const NAMESPACES = ["skykoi", "openclaw", "clawdbot"] as const;

/** `folder`: the name of the skill's folder; undefined where it has none yet. */
export const parseSkill = async (text: string, folder: string | undefined): Promise<SkillCheck> => {
  const [, front, body = ""] = /^\uFEFF?---[ \t]*\r?\n([^]*?)\r?\n---[ \t]*(?:\r?\n([^]*))?$/.exec(text) ?? [];
  if (front === undefined) return malformed("SKILL.md must begin with YAML between two lines of `---`.");
  const { parseYaml } = await import("./yaml.ts");
  let fields: unknown;
  try {
    fields = parseYaml(front);
  } catch (thrown) {
    const [line] = String(thrown instanceof Error ? thrown.message : thrown).split("\n");
    return malformed(`Its YAML cannot be read: ${line}`);
  }
  if (!isRecord(fields)) return malformed("Its YAML must be a list of keys and values.");

  const { name, description, license, compatibility, metadata } = fields;
  const needs = needsOf(metadata);
  const problems = [
    ...nameProblems(name, folder),
    ...(isText(description, MAX_DESCRIPTION_CHARS)
      ? []
      : [`Its description must be a text of 1 to ${MAX_DESCRIPTION_CHARS} characters.`]),
    ...(compatibility === undefined || isText(compatibility, MAX_COMPATIBILITY_CHARS)
      ? []
      : [`Its compatibility must be a text of up to ${MAX_COMPATIBILITY_CHARS} characters.`]),
    ...(needs === undefined ? ["Its needs (metadata … requires) must be lists of texts."] : []),
  ];
  if (problems.length > 0 || typeof name !== "string" || typeof description !== "string" || needs === undefined) {
    return { ok: false, problems };
  }
  const skill: Skill = {
    name,
    description: oneLine(description),
    ...(typeof license === "string" ? { license: oneLine(license) } : {}),
    ...(typeof compatibility === "string" ? { compatibility: oneLine(compatibility) } : {}),
    allowedTools: toolsOf(fields["allowed-tools"]),
    needs,
    body: body.trim(),
  };
  return { ok: true, skill };
};

const malformed = (problem: string): SkillCheck => ({ ok: false, problems: [problem] });

const nameProblems = (name: unknown, folder: string | undefined): string[] => {
  if (!isText(name, MAX_NAME_CHARS) || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) {
    return [`Its name must be up to ${MAX_NAME_CHARS} small letters, digits and single hyphens between them.`];
  }
  return folder === undefined || name === folder
    ? []
    : [`Its name is ${name}, and its folder is called ${oneLine(folder)}: both must be the same.`];
};

/** Undefined when they are malformed. */
const needsOf = (metadata: unknown): SkillNeeds | undefined => {
  const own = NAMESPACES.map((name) => (isRecord(metadata) ? asRecord(metadata[name]) : undefined)).find(
    (found) => found !== undefined,
  );
  const requires = own?.["requires"] ?? {};
  if (!isRecord(requires)) return undefined;
  const [bins, anyBins, env, config, os] = [
    requires["bins"],
    requires["anyBins"],
    requires["env"],
    requires["config"],
    own?.["os"],
  ].map(asTexts);
  if (!bins || !anyBins || !env || !config || !os) return undefined;
  return { bins, anyBins, env, config, os };
};

/** The specification knows texts only under `metadata`: such a text may hold JSON. */
const asRecord = (value: unknown): Record<string, unknown> | undefined => {
  if (typeof value !== "string") return isRecord(value) ? value : undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    return isRecord(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
};

const asTexts = (value: unknown): readonly string[] | undefined => {
  if (value === undefined || value === null) return [];
  if (typeof value === "string") return [value];
  return Array.isArray(value) && value.every((item) => typeof item === "string") ? value : undefined;
};

const toolsOf = (value: unknown): string[] => {
  const list = Array.isArray(value) ? value : typeof value === "string" ? value.split(/[\s,]+/) : [];
  return list.filter((item) => typeof item === "string" && item !== "").map(String);
};

const oneLine = (text: string): string => visibleText(text).text.replaceAll(/\s+/g, " ").trim();

const isText = (value: unknown, maxChars: number): value is string =>
  typeof value === "string" && value.trim() !== "" && value.length <= maxChars;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
