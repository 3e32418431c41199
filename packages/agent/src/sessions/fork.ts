/** Copies the beginning of a conversation into a new transcript: the same entries with the same ids. */

import { dirname } from "node:path";

import { fault } from "@skykoi/fault";

import type { TranscriptEntry } from "../port.ts";
import { createDurableLog } from "./durable-log.ts";
import { nextEntryId } from "./entry-id.ts";
import { readEntries } from "./entry-reader.ts";
import { TRANSCRIPT_VERSION } from "./entry-schema.ts";
import type { FollowedIndex, FollowedSession } from "./followed-index.ts";
import { numbersOf } from "./history-index.ts";
import type { TranscriptFiles } from "./transcript-files.ts";
import { encode, found } from "./transcript.ts";

export interface ForkOptions {
  readonly source: FollowedSession;
  /** Default: all of the current branch. */
  readonly upToId: string | undefined;
  readonly target: { readonly sessionId: string; readonly sessionKey: string; readonly path: string };
  readonly index: FollowedIndex;
  readonly files: TranscriptFiles;
  readonly now: () => number;
}

/** Entries held in memory at a time. */
const BATCH = 256;

/** The new file appears whole or not at all. Throws NOT_FOUND when the message is not in the conversation. */
export const forkTranscript = async (options: ForkOptions): Promise<void> => {
  const { source, upToId, target, index, files, now } = options;
  const upTo = await index.ask(source, (queries, transcript) => {
    const number = upToId === undefined ? transcript.last : queries.entry(transcript, upToId)?.number;
    return number === undefined ? undefined : Math.max(0, number - numbersOf(transcript.session)[0]);
  });
  if (upTo === undefined)
    throw fault("NOT_FOUND", { message: `There is no message "${upToId ?? ""}" in this session.` });

  const temporary = `${target.path}.part`;
  await files.remove(temporary);
  const log = createDurableLog({ path: temporary, files, lengthBytes: undefined });
  try {
    const { sessionId, sessionKey } = target;
    const origin = { sessionId: source.sessionId, entryId: upToId ?? null };
    const header = {
      type: "session" as const,
      version: TRANSCRIPT_VERSION,
      id: sessionId,
      timestamp: now(),
      sessionKey,
    };
    await log.append(encode(0, [{ kind: "header", header: { ...header, forkedFrom: origin } }]).bytes);

    const unfinished = new Set<string>();
    let lastId: string | null = null;
    for await (const entries of branchOf(options, upTo)) {
      await log.append(
        encode(
          0,
          entries.map((entry) => ({ kind: "entry", entry })),
        ).bytes,
      );
      lastId = entries.at(-1)?.id ?? lastId;
      for (const entry of entries) noteRun(unfinished, entry);
    }
    const ends = [...unfinished].map((runId): TranscriptEntry => {
      const parentId = lastId;
      lastId = nextEntryId(lastId, now());
      return { id: lastId, parentId, timestamp: now(), type: "runEnd", runId, outcome: "interrupted" };
    });
    if (ends.length > 0)
      await log.append(
        encode(
          0,
          ends.map((entry) => ({ kind: "entry", entry })),
        ).bytes,
      );
  } finally {
    await log.close();
  }
  await files.rename(temporary, target.path);
  await files.syncDirectory(dirname(target.path));
};

async function* branchOf({ source, index, files }: ForkOptions, upTo: number): AsyncGenerator<TranscriptEntry[]> {
  for (let after = 0; after < upTo;) {
    const batch = await index.ask(source, async (queries, { session }) => {
      const [first] = numbersOf(session);
      const places = queries.branch(first + after, first + upTo, BATCH);
      const entries = found(await readEntries(files, source.path, places));
      return { entries, last: (places.at(-1)?.number ?? first + upTo) - first };
    });
    if (batch.entries.length > 0) yield batch.entries;
    after = batch.last;
  }
}

/** A run that another life of the conversation ends is not this one's to run. */
const noteRun = (unfinished: Set<string>, entry: TranscriptEntry): void => {
  if (entry.type === "user") unfinished.add(entry.runId);
  if (entry.type === "runEnd") unfinished.delete(entry.runId);
};
