/** Runs `koi` from its sources as a process of its own, in a home of its own. */

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface KoiProcess {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves when standard output matches; rejects when the process ends first. */
  readonly printed: (pattern: RegExp) => Promise<RegExpExecArray>;
  /** Exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
}

export interface KoiHome {
  readonly home: string;
  readonly run: (...words: string[]) => KoiProcess;
  /** Ends what still runs and removes the home. */
  readonly remove: () => Promise<void>;
}

const MAIN = join(import.meta.dirname, "..", "main.ts");

export const createKoiHome = async (env: Readonly<Record<string, string>> = {}): Promise<KoiHome> => {
  const home = await mkdtemp(join(tmpdir(), "koi-cli-"));
  const running: KoiProcess[] = [];
  return {
    home,
    run: (...words) => {
      const started = start(words, { PATH: process.env["PATH"] ?? "", HOME: home, SKYKOI_HOME: home, ...env });
      running.push(started);
      return started;
    },
    remove: async () => {
      for (const { child } of running) child.kill("SIGKILL");
      await Promise.all(running.map(({ ended }) => ended));
      await rm(home, { recursive: true, force: true });
    },
  };
};

const start = (words: readonly string[], env: Readonly<Record<string, string>>): KoiProcess => {
  const child = spawn(process.execPath, [MAIN, ...words], { env, stdio: ["ignore", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (output.stdout += chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString("utf8")));
  const ended = once(child, "close").then(() => child.exitCode ?? child.signalCode ?? "unknown");

  return {
    child,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    ended,
    printed: (pattern) => {
      const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>();
      const look = (): void => {
        const match = pattern.exec(output.stdout);
        if (match) resolve(match);
      };
      child.stdout.on("data", look);
      look();
      void ended.then((code) => reject(new Error(`koi ended with ${code}: ${output.stderr}`)));
      return promise;
    },
  };
};
