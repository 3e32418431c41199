/** Which session key each transcript of a directory belongs to. */

import { describeThrown } from "@skykoi/fault";

import { readHeader, type FollowedIndex } from "./followed-index.ts";
import type { TranscriptFiles } from "./transcript-files.ts";

export const SUFFIX = ".jsonl";

export interface KeyMapOptions {
  readonly directory: string;
  readonly pathOf: (sessionId: string) => string;
  readonly files: TranscriptFiles;
  readonly index: FollowedIndex;
  readonly onProblem: (message: string) => void;
}

/** Looked up once; whoever adds or removes a transcript says so in the map. A key that nobody knows is "". */
export const createKeyMap = (options: KeyMapOptions) => {
  const { directory, files } = options;
  let known: Promise<Map<string, string>> | undefined;

  const find = async (): Promise<Map<string, string>> => {
    const indexed = indexedKeys(options.index);
    const all = new Map<string, string>();
    for (const name of await files.list(directory)) {
      if (!name.endsWith(SUFFIX)) continue;
      const sessionId = name.slice(0, -SUFFIX.length);
      all.set(sessionId, indexed.get(sessionId) ?? (await keyInHeader(options, sessionId)));
    }
    return all;
  };

  return {
    keys: (): Promise<Map<string, string>> => {
      known ??= find().catch((thrown: unknown) => {
        known = undefined;
        throw thrown;
      });
      return known;
    },
    forget: (): void => {
      known = undefined;
    },
  };
};

const indexedKeys = (index: FollowedIndex): ReadonlyMap<string, string> => {
  try {
    const transcripts = index.askAll((history) => history.transcripts());
    return new Map(transcripts.map(({ sessionId, sessionKey }) => [sessionId, sessionKey]));
  } catch {
    // Unusable, which has been told: the headers know the same.
    return new Map();
  }
};

const keyInHeader = async ({ files, pathOf, onProblem }: KeyMapOptions, sessionId: string): Promise<string> => {
  try {
    return (await readHeader(files, pathOf(sessionId)))?.sessionKey ?? "";
  } catch (thrown) {
    onProblem(`${pathOf(sessionId)}: ${describeThrown(thrown)}`);
    return "";
  }
};
