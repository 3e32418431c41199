/** The gate of `exec`: applies the policy, asks a person where it says so, and remembers what was allowed for good. */

import { constants } from "node:fs";
import { access, realpath } from "node:fs/promises";
import { resolve } from "node:path";

import type { RunOrigin } from "../../port.ts";
import type { ExecGate } from "../exec/exec-gate.ts";
import { decideExec, type ExecPolicy } from "./exec-policy.ts";
import { parseCommand } from "./parse-command.ts";

export type ApprovalAnswer = "allow-once" | "allow-always" | "deny" | "expired";

export interface ApprovalQuestion {
  readonly command: string;
  readonly directory: string;
  readonly run: RunOrigin;
  readonly reasons: readonly string[];
  /** What "always" adds to the allow-list; empty when this command can only be allowed once. */
  readonly patterns: readonly string[];
}

/** Somebody who can be asked. Silence is "expired" after a limit of theirs; when the signal fires the question is withdrawn. */
export interface Approvals {
  ask(question: ApprovalQuestion, signal: AbortSignal): Promise<ApprovalAnswer>;
}

export interface AllowList {
  patterns(): Promise<readonly string[]>;
  /** Resolves when it is durable. */
  add(patterns: readonly string[]): Promise<void>;
}

export interface ExecGateOptions {
  /** Read at every command. */
  readonly policy: () => ExecPolicy;
  readonly approvals: Approvals;
  /** What was allowed for good, beside the policy's own list. */
  readonly allowed: AllowList;
}

export const createExecGate =
  ({ policy, approvals, allowed }: ExecGateOptions): ExecGate =>
  async ({ command, directory, environment, added, run }, signal) => {
    const configured = policy();
    const allow = [...configured.allow, ...(await allowed.patterns())];
    const paths = await findPrograms(command, directory, environment["PATH"] ?? "");
    const decision = decideExec(
      { ...configured, allow },
      { command, directory, added, pathOf: (program) => paths.get(program) },
    );
    if (decision.kind === "run") return { ok: true };
    const { reasons } = decision;
    if (decision.kind === "refuse") return { ok: false, reason: `The command was not run: ${reasons.join("; ")}.` };

    const answer = await approvals.ask({ command, directory, run, reasons, patterns: decision.patterns }, signal);
    if (answer === "allow-always" && decision.patterns.length > 0) await allowed.add(decision.patterns);
    switch (answer) {
      case "allow-once":
      case "allow-always":
        return { ok: true };
      case "deny":
        return { ok: false, reason: "The command was not run: the person who was asked refused it." };
      case "expired":
        return { ok: false, reason: "The command was not run: nobody answered whether it may." };
      default:
        return answer satisfies never;
    }
  };

/** Where the programs of a command are, behind every symbolic link. */
const findPrograms = async (
  command: string,
  directory: string,
  searchPath: string,
): Promise<ReadonlyMap<string, string>> => {
  const parse = parseCommand(command);
  const words = parse.ok ? parse.parsed.commands.flatMap((simple) => simple.words) : [];
  const programs = new Set(
    words.flatMap((word) => (word.kind === "literal" ? [word.text] : [])).slice(0, MAX_LOOKED_UP),
  );
  const found = await Promise.all(
    [...programs].map(async (program) => [program, await find(program, directory, searchPath)] as const),
  );
  return new Map(found.flatMap(([program, path]) => (path === undefined ? [] : [[program, path] as const])));
};

/** More words than this are arguments; those without a path are only matched by name. */
const MAX_LOOKED_UP = 64;

const find = async (program: string, directory: string, searchPath: string): Promise<string | undefined> => {
  if (program === "" || program.includes("\0")) return undefined;
  const candidates = program.includes("/")
    ? [resolve(directory, program)]
    : searchPath.split(":").map((entry) => resolve(directory, entry, program));
  for (const candidate of candidates) {
    try {
      await access(candidate, constants.X_OK);
      return await realpath(candidate);
    } catch {
      // Not there or not to be run: the shell looks in the next directory, too.
    }
  }
  return undefined;
};
