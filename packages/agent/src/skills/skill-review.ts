/** Says what a skill could do, for the person who decides whether it is installed. It finds hints, not proofs. */

import { visibleText } from "../untrusted/visible-text.ts";
import type { Skill } from "./skill-file.ts";
import type { PackedFile } from "./tarball.ts";

const MAX_NAMED = 12;

const HINTS: readonly (readonly [string, RegExp])[] = [
  [
    "talks to the network",
    /(?<![\w.-])(?:(?:curl|wget|urllib|socket|netcat|ssh|scp|rsync|ftp)\b|fetch\(|requests\.|http\.client|nc -)/,
  ],
  ["asks for more rights", /\b(?:sudo|doas|setuid|chmod \+s)\b/],
  ["deletes", /\brm -[a-z]*[rf]|shutil\.rmtree|\brmSync\(|\bmkfs\b|\bdd if=/],
  [
    "looks for secrets",
    /\.ssh\/|\.aws\/|\.netrc|\.skykoi|id_rsa|169\.254\.169\.254|(?:api|secret)[_-]?key|password|token/i,
  ],
  ["runs text as a program", /\beval\b|\bexec\(|base64 (?:-d|--decode)|\| *(?:ba|z)?sh\b|new Function\(/],
  ["installs software", /\b(?:npm|pnpm|pip3?|cargo|gem|brew|apt(?:-get)?) (?:install|add|i)\b|\bnpx\b/],
  ["stays after the work", /\bcrontab\b|systemctl enable|\.bashrc|\.profile|LaunchAgents/],
];

/** Lines. */
export const reviewSkill = (skill: Skill, files: readonly PackedFile[]): string[] => {
  const texts = files
    .filter(({ bytes }) => !bytes.includes(0))
    .map((file) => ({ ...file, text: file.bytes.toString("utf8") }));
  const binaries = files.filter(({ bytes }) => bytes.includes(0));
  const programs = texts.filter(
    ({ path, text, executable }) => executable || text.startsWith("#!") || PROGRAM.test(path),
  );
  const size = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const hosts = [...new Set(texts.flatMap(({ text }) => text.match(/\bhttps?:\/\/[\w.-]+/g) ?? []))];
  const hidden = texts.filter(({ text }) => Object.keys(visibleText(text).removed).length > 0);
  const { bins, anyBins, env, config } = skill.needs;
  const facts: readonly (readonly [string, readonly string[]])[] = [
    ["license", skill.license === undefined ? [] : [skill.license]],
    ["compatibility", skill.compatibility === undefined ? [] : [skill.compatibility]],
    ["asks for tools", skill.allowedTools],
    ["needs programs", [...bins, ...anyBins]],
    ["needs variables", env],
    ["needs configuration", config],
    ["programs and scripts", programs.map(({ path }) => path)],
    ["binary files", binaries.map(({ path }) => path)],
    ["addresses in its text", hosts],
    ...HINTS.map(
      ([meaning, pattern]) =>
        [`${meaning}, by its words`, texts.filter(({ text }) => pattern.test(text)).map(({ path }) => path)] as const,
    ),
    ["has characters that eyes do not see", hidden.map(({ path }) => path)],
  ];
  return [
    `${skill.name}: ${skill.description}`,
    `  ${files.length} files, ${Math.ceil(size / 1024)} KB`,
    ...facts.flatMap(([label, items]) => (items.length === 0 ? [] : [`  ${label}: ${named(items)}`])),
    "  Its instructions become part of what the agent does. Read SKILL.md before you agree.",
  ];
};

const PROGRAM = /\.(?:sh|bash|zsh|py|js|mjs|cjs|ts|rb|pl|php|lua|ps1|bat|cmd|exe|so|jar|wasm)$/i;

const named = (items: readonly string[]): string => {
  const plain = items.slice(0, MAX_NAMED).map((item) => visibleText(item).text.replaceAll(/\s+/g, " "));
  return `${plain.join(", ")}${items.length > MAX_NAMED ? ` and ${items.length - MAX_NAMED} more` : ""}`;
};
