/** Whether a command may run, is asked about, or is refused. Pure; denying wins, and what is not understood is a miss. */

import { resolve } from "node:path";

import { allows, exactPattern, mayMatch, type PatternSubject } from "./command-pattern.ts";
import { parseCommand, type ParsedCommand, type SimpleCommand } from "./parse-command.ts";
import type { Word } from "./word-reader.ts";

export interface ExecPolicy {
  readonly security: "deny" | "allowlist" | "full";
  readonly ask: "off" | "on-miss" | "always";
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

export interface ExecQuestion {
  readonly command: string;
  /** Real and absolute. */
  readonly directory: string;
  /** Variables that the call adds to the environment. */
  readonly added: readonly string[];
  /** The path of a program; undefined for what the shell does itself or cannot be found. */
  readonly pathOf: (program: string) => string | undefined;
}

export type ExecDecision =
  | { readonly kind: "run" }
  | { readonly kind: "refuse"; readonly reasons: readonly string[] }
  | {
      readonly kind: "ask";
      readonly reasons: readonly string[];
      /** What "always" would add to the allow-list; empty when the command has no exact form. */
      readonly patterns: readonly string[];
    };

/** Variables that change no program's behaviour in a way that matters here. */
const HARMLESS_VARIABLE = /^(LANG|LC_\w+|TZ|TERM|COLUMNS|LINES|NO_COLOR|FORCE_COLOR|CI|NODE_ENV|DEBUG)$/;

/** Programs that run what their arguments say; each argument is looked at as the beginning of a command. */
const WRAPPERS = new Set(
  "env sudo doas nohup nice ionice timeout xargs command builtin exec setsid stdbuf chroot unshare watch parallel find busybox strace".split(
    " ",
  ),
);
/** Programs that read a command from an argument. */
const INTERPRETERS = new Set(["sh", "bash", "dash", "zsh", "ksh", "eval", "su", "trap"]);

export const decideExec = (policy: ExecPolicy, question: ExecQuestion): ExecDecision => {
  if (policy.security === "deny") return { kind: "refuse", reasons: ["tools.exec.security denies every command"] };
  const parse = parseCommand(question.command);
  const denied = parse.ok ? deniedBy(policy.deny, parse.parsed, question, 0) : undefined;
  if (denied !== undefined) return { kind: "refuse", reasons: [denied] };
  const unchecked = parse.ok ? [] : [`the command has ${parse.reason}, which is not checked`];

  const hits = policy.security === "full" && (policy.deny.length === 0 || parse.ok);
  const misses = parse.ok && !hits ? missing(policy.allow, parse.parsed, question) : [];
  const reasons = [...unchecked, ...misses.map(({ reason }) => reason)];
  const isMiss = !hits && reasons.length > 0;
  if (isMiss && policy.ask === "off") return { kind: "refuse", reasons };
  if (!isMiss && policy.ask !== "always") return { kind: "run" };
  const patterns = misses.map(({ pattern }) => pattern);
  const exact = unchecked.length === 0 ? patterns.filter((pattern) => pattern !== undefined) : [];
  return {
    kind: "ask",
    reasons: isMiss ? reasons : ["every command is asked about"],
    patterns: exact.length === patterns.length ? [...new Set(exact)] : [],
  };
};

interface Miss {
  readonly reason: string;
  /** undefined when no pattern would allow it. */
  readonly pattern: string | undefined;
}

const missing = (allow: readonly string[], parsed: ParsedCommand, question: ExecQuestion): Miss[] => {
  const subjects = subjectsOf(parsed, question);
  const variables = [...parsed.assigns, ...question.added].filter((name) => !HARMLESS_VARIABLE.test(name));
  return [
    ...variables.map((name) => ({ reason: `it sets ${name}`, pattern: undefined })),
    ...subjects
      .filter((subject) => !allow.some((pattern) => allows(pattern, subject)))
      .map(({ words }) => ({ reason: `not allowed: ${show(words)}`, pattern: exactPattern(words) })),
  ];
};

/** Commands, and what is written to as commands named `>`. */
const subjectsOf = ({ commands, writes }: ParsedCommand, question: ExecQuestion): PatternSubject[] => {
  const moves = commands.some(({ words: [name] }) => name?.kind === "literal" && /^(cd|pushd|popd)$/.test(name.text));
  return [
    ...commands.map((command) => toSubject(command, question, moves)),
    ...writes.map((target) => ({
      words: [{ kind: "literal" as const, text: ">" }, toAbsolute(target, question.directory, moves)],
      path: undefined,
    })),
  ];
};

const toSubject = ({ words }: SimpleCommand, { pathOf }: ExecQuestion, moves: boolean): PatternSubject => {
  const [name] = words;
  const program = name?.kind === "literal" ? name.text : "";
  const isRelative = program.includes("/") && !program.startsWith("/");
  return { words, path: isRelative && moves ? undefined : pathOf(program) };
};

const toAbsolute = (target: Word, directory: string, moves: boolean): Word => {
  if (target.kind === "dynamic") return target;
  if (moves && !target.text.startsWith("/")) return { kind: "dynamic", single: true };
  return { kind: "literal", text: resolve(directory, target.text) };
};

const deniedBy = (
  deny: readonly string[],
  parsed: ParsedCommand,
  question: ExecQuestion,
  depth: number,
): string | undefined => {
  if (deny.length === 0) return undefined;
  for (const subject of subjectsOf(parsed, question)) {
    for (const candidate of [subject, ...wrapped(subject, question)]) {
      const pattern = deny.find((denied) => mayMatch(denied, candidate));
      if (pattern !== undefined) return `denied by "${pattern}": ${show(subject.words)}`;
    }
    const inner = interpreted(subject);
    if (inner === UNKNOWN || (inner !== undefined && depth > 3)) return `not to be checked: ${show(subject.words)}`;
    if (inner === undefined) continue;
    const parse = parseCommand(inner);
    if (!parse.ok) return `not to be checked: ${show(subject.words)}`;
    const denied = deniedBy(deny, parse.parsed, question, depth + 1);
    if (denied !== undefined) return denied;
  }
  return undefined;
};

const wrapped = ({ words }: PatternSubject, { pathOf }: ExecQuestion): PatternSubject[] => {
  if (!WRAPPERS.has(nameOf(words))) return [];
  return words.flatMap((word, index) =>
    index > 0 && word.kind === "literal" ? [{ words: words.slice(index), path: pathOf(word.text) }] : [],
  );
};

/** Stands for a command that is only known when it runs. */
const UNKNOWN = Symbol("unknown");

/** What an interpreter is given to run. */
const interpreted = ({ words }: PatternSubject): string | typeof UNKNOWN | undefined => {
  const name = nameOf(words);
  if (!INTERPRETERS.has(name)) return undefined;
  const given = words.slice(1);
  if (given.some(({ kind }) => kind === "dynamic")) return UNKNOWN;
  const texts = given.flatMap((word) => (word.kind === "literal" ? [word.text] : []));
  if (name === "eval") return texts.join(" ");
  if (name === "trap") return texts[0];
  const option = texts.findIndex((text) => /^-\w*c$/.test(text));
  return option === -1 ? undefined : texts[option + 1];
};

const nameOf = ([name]: readonly Word[]): string =>
  name?.kind === "literal" ? name.text.slice(name.text.lastIndexOf("/") + 1) : "";

const MAX_SHOWN = 200;

const show = (words: readonly Word[]): string => {
  const text = words.map((word) => (word.kind === "literal" ? word.text : "…")).join(" ");
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
};
