/** Runs a search program and takes its records one by one, until there are enough, the time is over or the run stops. */

import { execFile, spawn } from "node:child_process";
import { StringDecoder } from "node:string_decoder";

export interface SearchCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly directory: string;
  readonly searchPath: string;
  /** What ends a record: a line or a NUL character. */
  readonly separator: "\n" | "\0";
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** False when it wants no more. */
  readonly take: (record: string) => boolean;
}

export interface SearchEnd {
  /** null: it was stopped. */
  readonly code: number | null;
  readonly timedOut: boolean;
  readonly errors: string;
}

const MAX_ERROR_CHARS = 2_000;
/** A record without an end is cut here. */
const MAX_RECORD_CHARS = 100_000;

export const runSearch = (command: SearchCommand): Promise<SearchEnd> =>
  new Promise((resolve, reject) => {
    const { program, args, directory, searchPath, separator, signal, take } = command;
    const child = spawn(program, [...args], {
      cwd: directory,
      env: { PATH: searchPath, LC_ALL: "C.UTF-8" },
      stdio: ["ignore", "pipe", "pipe"],
      signal,
      killSignal: "SIGKILL",
    });
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill("SIGKILL");
    }, command.timeoutMs);
    const decoder = new StringDecoder("utf8");
    let open = "";
    let errors = "";
    let enough = false;
    child.stdout.on("data", (chunk: Buffer) => {
      if (enough) return;
      const records = (open + decoder.write(chunk)).split(separator);
      open = (records.pop() ?? "").slice(0, MAX_RECORD_CHARS);
      enough = records.some((record) => !take(record));
      if (enough) child.kill("SIGKILL");
    });
    child.stderr.on("data", (chunk: Buffer) => {
      errors = (errors + chunk.toString("utf8")).slice(0, MAX_ERROR_CHARS);
    });
    child.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once("close", (code) => {
      clearTimeout(timer);
      if (!enough && open !== "") take(open);
      resolve({ code, timedOut, errors });
    });
  });

const known = new Map<string, Promise<boolean>>();

/** Asked once for each search path. */
export const hasRipgrep = (searchPath: string): Promise<boolean> => {
  const asked =
    known.get(searchPath) ??
    new Promise<boolean>((resolve) => {
      execFile("rg", ["--version"], { env: { PATH: searchPath }, timeout: 5_000 }, (error) => resolve(!error));
    });
  known.set(searchPath, asked);
  return asked;
};
