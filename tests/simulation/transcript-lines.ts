/** What the transcripts on a disk say about runs, read without the code that wrote them. */

export interface RunCounts {
  /** Messages, by run id. */
  readonly accepted: ReadonlyMap<string, number>;
  /** Ends, by run id. */
  readonly ended: ReadonlyMap<string, number>;
}

/** By path. Throws for a line that is not whole; the last one of a file may have been torn by a power cut. */
export const countRuns = (contents: ReadonlyMap<string, Uint8Array>): RunCounts => {
  const accepted = new Map<string, number>();
  const ended = new Map<string, number>();
  for (const [path, bytes] of contents) {
    if (!path.endsWith(".jsonl")) continue;
    for (const text of new TextDecoder().decode(bytes).split("\n").slice(0, -1)) {
      const { type, runId = "" } = readLine(path, text);
      if (type === "user") accepted.set(runId, (accepted.get(runId) ?? 0) + 1);
      if (type === "runEnd") ended.set(runId, (ended.get(runId) ?? 0) + 1);
    }
  }
  return { accepted, ended };
};

interface Line {
  readonly type?: string;
  readonly runId?: string;
}

const readLine = (path: string, text: string): Line => {
  try {
    const line: Line = JSON.parse(text);
    return line;
  } catch (cause) {
    throw new Error(`${path} has a broken line: ${text.slice(0, 200)}`, { cause });
  }
};
