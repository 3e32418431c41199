/** Exchanges the one-time token for everything this instance needs and writes it down. */

import { mkdir, open } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";

import { formatProblem, parseConfigText, writeConfigText, type Environment } from "@skykoi/config";
import { describeThrown, fault, hasErrno } from "@skykoi/fault";

import type { Grant, PlatformClient, ProgressEvent } from "./platform-client.ts";

export interface EnrolOptions {
  readonly home: string;
  readonly platform: PlatformClient;
  readonly env: Environment;
}

/** Throws ENROLMENT_REFUSED, and CONFIG_INVALID before anything is written; workspace files that were there before are never overwritten. */
export const enrol = async ({ home, platform, env }: EnrolOptions): Promise<void> => {
  const { config, workspace } = await platform.exchange();
  await reported(platform, "config", "Wrote the configuration", () => writeConfig(home, config, env));
  await reported(platform, "workspace", "Prepared the workspace", () => writeWorkspace(workspace));
};

const reported = async (
  platform: PlatformClient,
  step: ProgressEvent["step"],
  title: string,
  work: () => Promise<void>,
): Promise<void> => {
  const startedAt = performance.now();
  await reportingFailure(platform, { step, title }, work);
  platform.progress({ step, state: "done", title, durationMs: Math.round(performance.now() - startedAt) });
};

/** What goes wrong is told to the person who watches before it is thrown on. */
export const reportingFailure = async <T>(
  platform: PlatformClient,
  about: Pick<ProgressEvent, "step" | "title">,
  work: () => Promise<T>,
): Promise<T> => {
  try {
    return await work();
  } catch (thrown) {
    platform.progress({ ...about, state: "failed", detail: describeThrown(thrown).split("\n", 1)[0] ?? "" });
    await platform.settled();
    throw thrown;
  }
};

const writeConfig = async (home: string, text: string, env: Environment): Promise<void> => {
  const parsed = parseConfigText(text, env);
  if (parsed.ok) return writeConfigText(home, text);
  const problems = parsed.problems.map(formatProblem).join("; ");
  throw fault("CONFIG_INVALID", { message: `The configuration from the platform is not valid: ${problems}.` });
};

const writeWorkspace = async ({ directory, files }: Grant["workspace"]): Promise<void> => {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  for (const { path, text } of files) await writeIfMissing(within(directory, path), text);
};

const within = (directory: string, path: string): string => {
  const target = resolve(directory, path);
  if (relative(directory, target).startsWith("..")) {
    throw fault("ENROLMENT_REFUSED", { message: `The platform named a file outside of the workspace: ${path}.` });
  }
  return target;
};

/** What a person or an agent has written stays. */
const writeIfMissing = async (file: string, text: string): Promise<void> => {
  await mkdir(dirname(file), { recursive: true });
  try {
    const handle = await open(file, "wx", 0o600);
    await handle.writeFile(text);
    await handle.close();
  } catch (thrown) {
    if (!hasErrno(thrown, "EEXIST")) throw thrown;
  }
};
