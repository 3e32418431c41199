/** `chat.send`, `chat.history`, `chat.abort`, `chat.inject`. */

import { join } from "node:path";

import type { RunOverrides } from "@skykoi/agent";
import { fault } from "@skykoi/fault";

import type { GatewayContext } from "../context.ts";
import type { Feature } from "../feature.ts";
import type { Handlers } from "../rpc/method-table.ts";
import { keepAttachments } from "../runs/attachments.ts";
import { parseThinking } from "../runs/thinking.ts";
import { toChatMessage } from "../sessions/chat-message.ts";
import { toHistoryPage } from "../sessions/history-page.ts";
import { sessionSettings } from "../sessions/session-settings.ts";

type ChatSource = Pick<
  GatewayContext,
  "config" | "home" | "resolve" | "inbox" | "store" | "lanes" | "events" | "hub" | "now"
>;

const DEFAULT_PAGE = 100;
/** Keeps a page well below the frame limit of any client. */
const MAX_PAGE_BYTES = 4 * 1024 * 1024;

type ChatMethods = Pick<Handlers, "chat.send" | "chat.history" | "chat.abort" | "chat.inject">;

export const createChatFeature = (source: ChatSource): Feature<ChatMethods> => ({ methods: answers(source) });

const answers = ({ config, home, resolve, inbox, store, lanes, events, hub, now }: ChatSource): ChatMethods => ({
  "chat.send": async ({ sessionKey, agentId, message, idempotencyKey, attachments = [], ...how }) => {
    const { timeoutMs, thinking, queueMode } = how;
    const address = resolve(sessionKey, agentId);
    if (message.trim() === "" && attachments.length === 0) {
      throw fault("INVALID_REQUEST", { message: "params.message must not be empty." });
    }
    const attached =
      attachments.length === 0
        ? { text: "", images: [] }
        : await keepAttachments(attachments, join(home, "agents", address.agentId, "media"));
    const status = await inbox.accept({
      address,
      runId: idempotencyKey,
      text: [message, attached.text].filter((text) => text !== "").join("\n\n"),
      images: attached.images,
      // Words beside a file are about the file.
      commands: attachments.length === 0,
      ...(queueMode && { queueMode }),
      overrides: overridesOf(timeoutMs, thinking),
    });
    return { runId: idempotencyKey, status };
  },

  "chat.history": async ({ sessionKey, agentId, limit = DEFAULT_PAGE, before }) => {
    const address = resolve(sessionKey, agentId);
    const record = store.record(address);
    // Looking at a session does not create it.
    if (!record) return emptyHistory(address.key, events.head());
    const pending = lanes.waiting(address.key);
    const active = lanes.running(address.key);
    const page = await store.library(address.agentId).page(record.sessionId, {
      limit,
      before,
      withoutInputsOf: pending.map(({ id }) => id),
      maxBytes: MAX_PAGE_BYTES,
    });
    return {
      sessionKey: address.key,
      sessionId: record.sessionId,
      ...toHistoryPage(page),
      thinkingLevel: sessionSettings(address.agentId, record, config.current().agents).thinking,
      pendingInputs: pending.map(({ id, text, acceptedAt }) => ({ runId: id, text, acceptedAt })),
      ...(active && { activeRunId: active.id }),
      cursor: events.head(),
    };
  },

  "chat.abort": async ({ sessionKey, agentId, runId }) => {
    const runIds = await inbox.abort(resolve(sessionKey, agentId), runId);
    return { ok: true, aborted: runIds.length > 0, runIds };
  },

  "chat.inject": async ({ sessionKey, message, label }) => {
    const address = resolve(sessionKey);
    const { session, release } = await store.acquire(address);
    try {
      const text = label === undefined ? message : `${label}: ${message}`;
      const content = [{ type: "text" as const, text }];
      const entry = await session.transcript.append({ type: "notice", kind: "note", content });
      store.update(address, (record) => ({ ...record, updatedAt: now() }));
      const { key, agentId } = address;
      hub.publish("session.message", key, { sessionKey: key, agentId, message: toChatMessage(entry) });
      return { ok: true, messageId: entry.id };
    } finally {
      release();
    }
  },
});

const overridesOf = (timeoutMs: number | undefined, thinking: string | undefined): RunOverrides => {
  const level = parseThinking(thinking);
  return {
    ...(timeoutMs !== undefined && timeoutMs > 0 && { timeoutMs }),
    ...(level !== undefined && { thinking: level }),
  };
};

const emptyHistory = (sessionKey: string, cursor: string) => ({
  sessionKey,
  sessionId: "",
  messages: [],
  hasMore: false,
  totalMessages: 0,
  pendingInputs: [],
  cursor,
});
