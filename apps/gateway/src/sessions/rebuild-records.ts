/** Makes the list of sessions again from the transcripts, each of which names its key. */

import type { StoredSession, TranscriptLibrary } from "@skykoi/agent";

import type { SessionIndex } from "./session-index.ts";
import { newSessionRecord, type SessionRecord } from "./session-record.ts";

/**
 * The newest transcript of a key is its session. What only the list knew (wishes of the session) is gone. Everything is
 * taken to have unfinished work: whoever recovers finds out.
 */
export const rebuildRecords = async (index: SessionIndex, library: TranscriptLibrary): Promise<void> => {
  const stored = (await library.sessions()).toSorted((a, b) => a.createdAt - b.createdAt);
  for (const session of stored) {
    // Written by a version that did not name the key: nothing says whose it is.
    if (session.sessionKey === "") continue;
    index.set(session.sessionKey, recordOf(session, index.get(session.sessionKey)));
  }
};

const recordOf = (session: StoredSession, before: SessionRecord | undefined): SessionRecord => {
  const { sessionId, sessionKey, createdAt, inputTokens, outputTokens, contextTokens, costUsd, model } = session;
  const earlierOpen = before && [...(before.earlierOpen ?? []), before.sessionId];
  return {
    ...newSessionRecord(sessionKey, createdAt),
    sessionId,
    updatedAt: Math.max(createdAt, session.updatedAt),
    ...(session.label !== "" && { label: session.label }),
    model,
    inputTokens,
    outputTokens,
    totalTokens: inputTokens + outputTokens,
    contextTokens,
    costUsd,
    open: true,
    ...(before && { previousSessionId: before.sessionId }),
    ...(earlierOpen && { earlierOpen }),
  };
};
