/** Finds messages by their words, over all conversations of a directory, with an excerpt around the first hit. */

import type { TranscriptEntry } from "../port.ts";
import { readEntries } from "./entry-reader.ts";
import { searchableText } from "./entry-text.ts";
import { excerpt, wordsOf } from "./excerpt.ts";
import type { FollowedIndex } from "./followed-index.ts";
import type { Match } from "./history-queries.ts";
import type { TranscriptFiles } from "./transcript-files.ts";

export interface SearchQuery {
  /** All of its words must occur; the last one may be the beginning of a word. */
  readonly text: string;
  readonly limit: number;
  /** Default: all. */
  readonly sessionKeys?: readonly string[] | undefined;
}

export interface SearchHit {
  readonly sessionId: string;
  readonly sessionKey: string;
  readonly entry: TranscriptEntry;
  readonly excerpt: string;
}

export interface SearchParts {
  readonly index: FollowedIndex;
  readonly files: TranscriptFiles;
  readonly pathOf: (sessionId: string) => string;
  /** Keys by session id. */
  readonly keys: () => Promise<ReadonlyMap<string, string>>;
  readonly bringInStep: (sessionId: string) => Promise<boolean>;
}

export const createSearch = ({ index, files, pathOf, keys, bringInStep }: SearchParts) => {
  const readHit = async (
    { sessionId, sessionKey, ...place }: Match,
    words: readonly string[],
  ): Promise<SearchHit[]> => {
    const [entry] = (await readEntries(files, pathOf(sessionId), [place])) ?? [];
    // A transcript that was put aside a moment ago.
    return entry ? [{ sessionId, sessionKey, entry, excerpt: excerpt(searchableText(entry), words) }] : [];
  };

  return async ({ text, limit, sessionKeys }: SearchQuery): Promise<readonly SearchHit[]> => {
    const words = wordsOf(text);
    if (words.length === 0) return [];
    for (const [sessionId, key] of await keys()) {
      if (!sessionKeys || sessionKeys.includes(key)) await bringInStep(sessionId);
    }
    const matches = index.askAll((_index, queries) =>
      queries.matches({ expression: expressionOf(words), limit, sessionKeys }),
    );
    return (await Promise.all(matches.map((match) => readHit(match, words)))).flat();
  };
};

/** Each word quoted, so that none of them is an operator of FTS5. */
const expressionOf = (words: readonly string[]): string =>
  words.map((word, position) => `"${word}"${position === words.length - 1 ? " *" : ""}`).join(" ");
