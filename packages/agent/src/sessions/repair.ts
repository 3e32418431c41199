/** What is done about a damaged transcript when it is opened: a torn tail is cut, corrupt lines are kept as a copy. */

import { describeThrown } from "@skykoi/fault";

import type { DurableLog } from "./durable-log.ts";
import type { LinePlace } from "./history-index.ts";
import type { TranscriptFiles } from "./transcript-files.ts";
import type { TranscriptProblem } from "./transcript.ts";
import { replaceWholeFile } from "./whole-file.ts";

export interface RepairOptions {
  readonly path: string;
  readonly files: TranscriptFiles;
  readonly log: DurableLog;
  /** What follows the last newline. */
  readonly tornBytes: number;
  readonly corruptLines: readonly LinePlace[];
  /** What was read may not be on the disk yet. */
  readonly isUnsynced: boolean;
}

const NEWLINE = Buffer.from("\n");

/** Never fatal: what cannot be repaired now is reported; a tail that could not be cut is cut before the next append. */
export const repairTranscript = async (options: RepairOptions): Promise<TranscriptProblem[]> => {
  const { log, tornBytes, corruptLines } = options;
  const problems: TranscriptProblem[] = corruptLines.map(({ offset, length }) => ({
    kind: "corrupt-line",
    message: `The line of ${length} bytes at byte ${offset} is not an entry.`,
  }));
  const attempt = async (work: Promise<void>): Promise<void> => {
    await work.catch((thrown: unknown) => problems.push({ kind: "repair-failed", message: describeThrown(thrown) }));
  };
  if (tornBytes > 0) {
    problems.push({ kind: "torn-line", message: `The last line was not finished; ${tornBytes} bytes are cut off.` });
    await attempt(log.cut());
  }
  if (options.isUnsynced) await attempt(log.secure());
  if (corruptLines.length > 0) await attempt(keepCopy(options));
  return problems;
};

const keepCopy = async ({ path, files, corruptLines }: RepairOptions): Promise<void> => {
  const copyPath = `${path}.corrupt`;
  const wantedBytes = corruptLines.reduce((sum, { length }) => sum + length + 1, 0);
  if ((await files.size(copyPath)) === wantedBytes) return;
  const lines = await Promise.all(corruptLines.map(({ offset, length }) => files.read(path, offset, length)));
  await replaceWholeFile(files, copyPath, Buffer.concat(lines.flatMap((line) => [line, NEWLINE])));
};
