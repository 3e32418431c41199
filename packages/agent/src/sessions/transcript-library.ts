/** The transcripts of one directory: opened for writing one by one, read and searched through one derived index. */

import { join } from "node:path";

import { describeThrown, fault } from "@skykoi/fault";

import type { TranscriptEntry } from "../port.ts";
import { createDurableLog } from "./durable-log.ts";
import { TRANSCRIPT_VERSION } from "./entry-schema.ts";
import { createFollowedIndex, type FollowedSession } from "./followed-index.ts";
import { forkTranscript } from "./fork.ts";
import type { IndexedTranscript } from "./history-index.ts";
import type { PageQuery, RunState } from "./history-queries.ts";
import { createKeyMap, SUFFIX } from "./key-map.ts";
import { repairTranscript } from "./repair.ts";
import { purgeDeleted, putAside } from "./put-aside.ts";
import { readShown } from "./shown-reader.ts";
import { createSearch, type SearchHit, type SearchQuery } from "./search.ts";
import { diskTranscriptFiles, type TranscriptFiles } from "./transcript-files.ts";
import { createTranscript, type OpenTranscript } from "./transcript.ts";

interface OpenRequest {
  readonly sessionId: string;
  readonly sessionKey: string;
  /** The session of this key before. */
  readonly previousSessionId?: string | undefined;
}

export interface TranscriptPage {
  /** As they are read, oldest first. */
  readonly entries: readonly TranscriptEntry[];
  readonly hasMore: boolean;
  /** Of the whole conversation. */
  readonly total: number;
}

/** What a transcript says about itself. */
export type StoredSession = Pick<
  IndexedTranscript,
  | "sessionId"
  | "sessionKey"
  | "createdAt"
  | "updatedAt"
  | "inputTokens"
  | "outputTokens"
  | "contextTokens"
  | "costUsd"
  | "model"
  | "label"
>;

export interface TranscriptLibrary {
  /**
   * For writing; one writer a transcript. The file is created by the first append. A torn last line is cut off; corrupt
   * lines stay where they are, are copied to `<file>.corrupt` and are skipped.
   */
  open(request: OpenRequest): Promise<OpenTranscript>;
  /** Whether or not it is open. Throws INVALID_REQUEST when `before` is not a message of this conversation. */
  page(sessionId: string, query: PageQuery): Promise<TranscriptPage>;
  /** Reads what the index must know before `runState` can answer for this key. */
  prepare(sessionKey: string): Promise<void>;
  /** Over all sessions that this key ever had. Throws STORAGE_FAILED when the key is not prepared any more. */
  runState(sessionKey: string, runId: string): RunState | undefined;
  search(query: SearchQuery): Promise<readonly SearchHit[]>;
  /** Every transcript of the directory, or of one key. */
  sessions(sessionKey?: string): Promise<readonly StoredSession[]>;
  /**
   * A new transcript that begins with the current branch of another one, up to a message (default: all of it). Runs
   * that have not ended there are ended as interrupted. Throws NOT_FOUND for a message it does not have.
   */
  fork(
    source: { readonly sessionId: string; readonly upToId?: string | undefined },
    target: OpenRequest,
  ): Promise<void>;
  /** Puts the transcript aside as `<file>.deleted-<time>`, where nobody but `purge` looks. Nobody may have it open. */
  discard(sessionId: string): Promise<void>;
  /** Removes for good what was put aside before this time. Answers how many files. */
  purge(beforeMs: number): Promise<number>;
  close(): void;
}

export interface TranscriptLibraryOptions {
  readonly directory: string;
  readonly now: () => number;
  readonly files?: TranscriptFiles;
  /** Default: `index.db` in the directory. */
  readonly indexPath?: string;
  /** Told in one sentence what went wrong with the index. */
  readonly onProblem?: (message: string) => void;
}

export const createTranscriptLibrary = (options: TranscriptLibraryOptions): TranscriptLibrary => {
  const { directory, now, files = diskTranscriptFiles, onProblem = () => undefined } = options;
  const index = createFollowedIndex({ indexPath: options.indexPath ?? join(directory, "index.db"), files, onProblem });
  /** The transcripts of a key that the index has to be in step with to know its runs. */
  const prepared = new Map<string, readonly string[]>();
  const writers = new Set<string>();
  /** Transcripts of which nothing is left that only an earlier, killed process wrote. */
  const secured = new Set<string>();

  const pathOf = (sessionId: string): string => join(directory, `${sessionId}${SUFFIX}`);
  const sessionOf = (sessionId: string, sessionKey?: string): FollowedSession => {
    return { sessionId, sessionKey, path: pathOf(sessionId) };
  };
  const { keys, forget } = createKeyMap({ directory, pathOf, files, index, onProblem });

  const bringInStep = async (sessionId: string): Promise<boolean> => {
    if (index.isInStep(sessionId)) return true;
    try {
      return await index.ask(sessionOf(sessionId, (await keys()).get(sessionId) || undefined), () => true);
    } catch (thrown) {
      // One transcript that cannot be read must not hide the others.
      onProblem(`${pathOf(sessionId)}: ${describeThrown(thrown)}`);
      return false;
    }
  };

  const open = async (request: OpenRequest): Promise<OpenTranscript> => {
    const { sessionId, sessionKey } = request;
    if (writers.has(sessionId)) throw fault("INTERNAL", { detail: `${pathOf(sessionId)}: a second writer` });
    writers.add(sessionId);
    try {
      const session = sessionOf(sessionId, sessionKey);
      const { transcript, corruptLines } = await index.ask(session, (queries, stored) => ({
        transcript: stored,
        corruptLines: queries.corruptLines(stored),
      }));
      const lengthBytes = await files.size(session.path);
      const log = createDurableLog({ path: session.path, files, lengthBytes: lengthBytes && transcript.bytes });
      const tornBytes = (lengthBytes ?? 0) - transcript.bytes;
      const isUnsynced = (lengthBytes ?? 0) > 0 && !secured.has(sessionId);
      const problems = await repairTranscript({ path: session.path, files, log, tornBytes, corruptLines, isUnsynced });
      secured.add(sessionId);
      (await keys()).set(sessionId, sessionKey);
      index.setWriter(sessionId, () => log.lengthBytes());
      return createTranscript({
        session,
        index,
        files,
        log,
        problems,
        lastId: transcript.lastId,
        header: transcript.hasHeader ? undefined : headerOf(request, now()),
        now,
        onClosed: () => {
          index.setWriter(sessionId, undefined);
          writers.delete(sessionId);
        },
      });
    } catch (thrown) {
      writers.delete(sessionId);
      throw thrown;
    }
  };

  return {
    open,
    page: async (sessionId, query) => {
      const session = sessionOf(sessionId, (await keys()).get(sessionId));
      const page = await index.ask(session, async (queries, transcript) => {
        const places = queries.page(transcript, query);
        if (!places) return undefined;
        const { hasMore, total } = places;
        return { entries: await readShown(files, session.path, places.places), hasMore, total };
      });
      if (page) return page;
      throw fault("INVALID_REQUEST", {
        message: `before must be the id of a message in this session, not "${query.before ?? ""}"`,
      });
    },
    prepare: async (sessionKey) => {
      const sessionIds = [...(await keys())].flatMap(([sessionId, key]) => (key === sessionKey ? [sessionId] : []));
      const readable: string[] = [];
      for (const sessionId of sessionIds) if (await bringInStep(sessionId)) readable.push(sessionId);
      prepared.set(sessionKey, readable);
    },
    runState: (sessionKey, runId) => {
      const state = index.askAll((_index, queries) => queries.runState(sessionKey, runId));
      // An index that has just been made anew knows nothing yet; to say so would run a message twice.
      if (prepared.get(sessionKey)?.every((sessionId) => index.isInStep(sessionId))) return state;
      throw fault("STORAGE_FAILED", { detail: `the index of ${sessionKey} is being made anew` });
    },
    search: createSearch({ index, files, pathOf, keys, bringInStep }),
    sessions: async (sessionKey) => {
      for (const [sessionId, key] of await keys()) {
        if (sessionKey === undefined || key === sessionKey) await bringInStep(sessionId);
      }
      const all = index.askAll((history) => history.transcripts());
      return all.filter(({ bytes, sessionKey: key }) => bytes > 0 && (sessionKey ?? key) === key);
    },
    fork: async ({ sessionId, upToId }, target) => {
      await forkTranscript({
        source: sessionOf(sessionId, (await keys()).get(sessionId)),
        upToId,
        target: { ...target, path: pathOf(target.sessionId) },
        index,
        files,
        now,
      });
      (await keys()).set(target.sessionId, target.sessionKey);
    },
    discard: async (sessionId) => {
      if (writers.has(sessionId)) throw fault("CONFLICT", { message: "This session is in use." });
      await putAside(files, pathOf(sessionId), now());
      (await keys()).delete(sessionId);
      index.forget(sessionId);
    },
    purge: (beforeMs) => purgeDeleted(files, directory, beforeMs),
    close: () => {
      index.close();
      forget();
    },
  };
};

const headerOf = ({ sessionId, sessionKey, previousSessionId }: OpenRequest, timestamp: number) => ({
  type: "session" as const,
  version: TRANSCRIPT_VERSION,
  id: sessionId,
  timestamp,
  sessionKey,
  ...(previousSessionId && { previousSessionId }),
});
