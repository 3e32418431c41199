/** Tells the person what nobody asked for in a chat: into a session they read, or over a channel. */

import { NO_USAGE } from "@skykoi/model";

import type { EventHub } from "../events/event-hub.ts";
import { toAssistantMessage } from "../sessions/chat-message.ts";
import { mainSessionKey, type SessionAddress } from "../sessions/session-key.ts";
import type { SessionStore } from "../sessions/session-store.ts";

interface Announcement {
  /** The same id again is the same announcement. */
  readonly id: string;
  readonly agentId: string;
  readonly text: string;
  readonly model: string;
  /** Undefined: a session. */
  readonly channel?: string;
  /** A session key, or an address of the channel. Undefined: the agent's main session. */
  readonly to?: string;
}

export type Announce = (
  announcement: Announcement,
) => Promise<{ readonly ok: true } | { readonly ok: false; readonly reason: string }>;

interface AnnounceSource {
  readonly resolve: (sessionKey: string) => SessionAddress;
  readonly store: SessionStore;
  readonly hub: EventHub;
}

/** Throws STORAGE_FAILED. */
export const createSessionAnnounce =
  ({ resolve, store, hub }: AnnounceSource): Announce =>
  async ({ id, agentId, text, model, channel, to }) => {
    if (channel !== undefined && channel !== "last" && channel !== "webchat") {
      return { ok: false, reason: `The channel "${channel}" is not connected.` };
    }
    const address = resolve(channel === undefined && to !== undefined ? to : mainSessionKey(agentId));
    const { session, release } = await store.acquire(address);
    try {
      if (session.runs.get(id) !== undefined) return { ok: true };
      const { transcript } = session;
      const [message] = await Promise.all([
        transcript.append({
          type: "assistant",
          runId: id,
          content: [{ type: "text", text }],
          model,
          stopReason: "stop",
          usage: NO_USAGE,
          costUsd: 0,
        }),
        transcript.append({ type: "runEnd", runId: id, outcome: "completed" }),
      ]);
      session.runs.set(id, "ended");
      hub.publish("chat", address.key, {
        runId: id,
        sessionKey: address.key,
        agentId: address.agentId,
        seq: 1,
        state: "final",
        message: toAssistantMessage(message),
        stopReason: "stop",
        usage: NO_USAGE,
        costUsd: 0,
      });
      return { ok: true };
    } finally {
      release();
    }
  };
