/** A whole SkyKoi as a person runs it: the real process on a data directory of its own, told to stop or killed. */

import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";

import { eventually } from "./waiting.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const MAIN = join(ROOT, "apps", "standalone", "src", "main.ts");
const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 20_000;

export interface SkykoiProcess {
  readonly url: string;
  readonly pid: number;
  readonly dataDir: string;
  /** Both output streams so far. */
  output(): string;
  /** As Ctrl-C does. Resolves to the exit code. */
  interrupt(): Promise<number | null>;
  /** Without any chance to clean up; its children live on. */
  kill(): Promise<void>;
}

export interface EndedProcess {
  readonly code: number | null;
  readonly output: string;
}

/** Environment without anything that would configure a real service. */
const bareEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(AWS_|SKYKOI_|DATABASE_URL|PORT$|VITEST|NODE_OPTIONS|NODE_ENV)/.test(name),
    ),
  );

const launch = (dataDir: string, env: Record<string, string>) => {
  const child = spawn(process.execPath, [MAIN], {
    cwd: ROOT,
    // The offline model, also where the person who runs this has AWS set up.
    env: { ...bareEnvironment(), PORT: "0", SKYKOI_DATA_DIR: dataDir, SKYKOI_MODEL: "offline/demo", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  return { child, output: () => output };
};

const ended = (child: ChildProcess): Promise<number | null> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve(child.exitCode)
    : new Promise((resolve) => child.once("exit", (code) => resolve(code)));

const within = <T>(limitMs: number, what: string, work: Promise<T>): Promise<T> => {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`${what} took longer than ${limitMs} ms`)), limitMs);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
};

/** Starts SkyKoi and resolves when it has printed its address. */
export const startSkykoi = async (dataDir: string, env: Record<string, string> = {}): Promise<SkykoiProcess> => {
  const { child, output } = launch(dataDir, env);
  const address = new Promise<string>((resolve, reject) => {
    child.stdout.on("data", () => {
      const url = /running at (http:\/\/\S+)/.exec(output())?.[1];
      if (url) resolve(url);
    });
    child.once("exit", (code) => reject(new Error(`SkyKoi ended with code ${code}:\n${output()}`)));
  });
  const url = await within(START_LIMIT_MS, "the start", address);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    return within(STOP_LIMIT_MS, "the stop", ended(child));
  };
  return {
    url,
    pid: child.pid ?? -1,
    dataDir,
    output,
    interrupt: () => end("SIGINT"),
    kill: async () => void (await end("SIGKILL")),
  };
};

/** Starts SkyKoi, does what Ctrl-C does as soon as `isUnderWay` says so, and resolves to how it ended. */
export const startInterrupted = async (
  dataDir: string,
  isUnderWay: (pid: number) => boolean,
): Promise<EndedProcess> => {
  const { child, output } = launch(dataDir, {});
  await eventually("the start is under way", () => isUnderWay(child.pid ?? -1));
  child.kill("SIGINT");
  return { code: await within(STOP_LIMIT_MS, "the stop", ended(child)), output: output() };
};

/** Starts SkyKoi where it must refuse, and resolves to how it ended. */
export const refusedStart = async (dataDir: string, env: Record<string, string> = {}): Promise<EndedProcess> => {
  const { child, output } = launch(dataDir, env);
  const code = await within(START_LIMIT_MS, "the refusal", ended(child));
  return { code, output: output() };
};
