/** What the agent's tools may do in its gateway beside files and commands. */

import type { MessageOperations, SessionOperations } from "@skykoi/agent";

import type { EventHub } from "../events/event-hub.ts";
import { createMessageOperations, type MessageOperationsOptions } from "./message-operations.ts";
import { createSessionOperations, type SessionOperationsOptions } from "./session-operations.ts";

export interface AgentOperations {
  readonly sessions: SessionOperations;
  readonly messages: MessageOperations;
}

type AgentOperationsOptions = SessionOperationsOptions &
  Omit<MessageOperationsOptions, "announce"> & { readonly hub: EventHub };

export const createAgentOperations = (options: AgentOperationsOptions): AgentOperations => ({
  sessions: createSessionOperations(options),
  messages: createMessageOperations({
    ...options,
    announce: async () => (await import("../cron/announce.ts")).createSessionAnnounce(options),
  }),
});
