/** A key stands for a new session from now on: durably, and its readers see where it began. */

import type { EventHub } from "../events/event-hub.ts";
import { toChatMessage } from "./chat-message.ts";
import type { SessionAddress } from "./session-key.ts";
import type { SessionStore } from "./session-store.ts";

export interface BeginSource {
  readonly store: SessionStore;
  readonly hub: EventHub;
}

/** Answers the id of the new session; a key without a session gets its first one. Throws STORAGE_FAILED. */
export const beginSession = async ({ store, hub }: BeginSource, address: SessionAddress): Promise<string> => {
  store.beginSession(address);
  const { session, release } = await store.acquire(address);
  try {
    await store.save(address);
    const content = [{ type: "text" as const, text: "A new session began." }];
    const entry = await session.transcript.append({ type: "notice", kind: "reset", content });
    const { key, agentId } = address;
    hub.publish("session.message", key, { sessionKey: key, agentId, message: toChatMessage(entry) });
    return session.transcript.sessionId;
  } finally {
    release();
  }
};
