/** Where jobs and their finished runs are kept, behind a port so that a test can pull the plug at any write. */

import { appendFile, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";

import { readTextIfPresent, writePrivateFile } from "@skykoi/config";
import { hasErrno, toFault } from "@skykoi/fault";

/** Every write resolves when it is on the disk; a failed one throws STORAGE_FAILED and leaves the old content. */
export interface CronFiles {
  /** Of `jobs.json`, for people. */
  readonly path: string;
  readJobs(): Promise<string | undefined>;
  writeJobs(text: string): Promise<void>;
  /** Puts an unreadable `jobs.json` aside; answers where. */
  quarantine(): Promise<string>;
  /** The lines about one job, oldest first. */
  readRuns(jobId: string): Promise<string[]>;
  /** Old lines are dropped now and then: the newest `keep` always stay. */
  appendRun(jobId: string, line: string, keep: number): Promise<void>;
  /** Ids of the jobs with lines, also of removed ones; the least recently written first. */
  jobsWithRuns(): Promise<string[]>;
  removeRuns(jobId: string): Promise<void>;
}

/** A run's line is cut well below this. */
const MAX_LINE_BYTES = 2048;

export const createCronFiles = (home: string): CronFiles => {
  const directory = join(home, "cron");
  const runs = join(directory, "runs");
  const path = join(directory, "jobs.json");
  const runsPath = (jobId: string): string => join(runs, `${jobId}.jsonl`);

  const readLines = async (jobId: string): Promise<string[]> => {
    // Whoever asks, and whatever was checked before: a name never leads out of the directory.
    if (!/^[\w-]+$/.test(jobId)) return [];
    return ((await readTextIfPresent(runsPath(jobId))) ?? "").split("\n").filter((line) => line !== "");
  };

  return {
    path,
    readJobs: () => readTextIfPresent(path),
    writeJobs: (text) => asStorage(() => writePrivateFile(path, text)),
    quarantine: async () => {
      const aside = `${path}.corrupt`;
      await rename(path, aside);
      return aside;
    },
    readRuns: readLines,
    appendRun: (jobId, line, keep) =>
      asStorage(async () => {
        await mkdir(runs, { recursive: true, mode: 0o700 });
        // A line torn by a crash must not take this one with it.
        await appendFile(runsPath(jobId), `\n${line}\n`, { mode: 0o600, flush: true });
        const { size } = await stat(runsPath(jobId));
        if (size <= 2 * keep * MAX_LINE_BYTES) return;
        const newest = (await readLines(jobId)).slice(-keep);
        await writePrivateFile(runsPath(jobId), newest.map((kept) => `${kept}\n`).join(""));
      }),
    jobsWithRuns: async () => {
      const names = await readdir(runs).catch((thrown: unknown) => {
        if (hasErrno(thrown, "ENOENT")) return [];
        throw thrown;
      });
      const ids = names.flatMap((name) => (name.endsWith(".jsonl") ? [name.slice(0, -".jsonl".length)] : []));
      const dated = await Promise.all(ids.map(async (id) => ({ id, at: (await stat(runsPath(id))).mtimeMs })));
      return dated.toSorted((a, b) => a.at - b.at).map(({ id }) => id);
    },
    removeRuns: (jobId) => rm(runsPath(jobId), { force: true }),
  };
};

const asStorage = async (write: () => Promise<void>): Promise<void> => {
  try {
    await write();
  } catch (thrown) {
    throw toFault(thrown);
  }
};
