"use client";

/** The conversation with one agent, as the page shows it. */

import type { TicketView } from "@skykoi/api/views";
import {
  activeRun,
  browserSocket,
  chatItems,
  createChatSession,
  createGatewayClient,
  type AgentModel,
  type ChatConnection,
  type ChatSession,
} from "@skykoi/client";
import { fault, isFaultCode } from "@skykoi/fault";
import { useEffect, useMemo, useState, useSyncExternalStore } from "react";

import { callApi } from "../../platform/browser.ts";
import type { ChatRow } from "./chat-row.ts";
import { chatRows } from "./chat-rows.ts";
import { newIdempotencyKey } from "./idempotency-key.ts";
import { soonOnPage } from "./soon-on-page.ts";

export interface Chat {
  readonly rows: readonly ChatRow[];
  readonly loaded: boolean;
  readonly hasMore: boolean;
  readonly oldestId: string | undefined;
  readonly busy: boolean;
  readonly connection: ChatConnection;
  readonly model: AgentModel | undefined;
  readonly session: ChatSession | undefined;
}

export const useChat = (agentId: string): Chat => {
  const session = useSession(agentId);
  const state = useSyncExternalStore(
    session?.subscribe ?? subscribeToNothing,
    () => session?.state,
    () => undefined,
  );
  const rows = useMemo(() => (state ? chatRows(chatItems(state), activeRun(state)) : []), [state]);
  return {
    rows,
    loaded: state?.sessionKey !== undefined,
    hasMore: state?.hasMore ?? false,
    oldestId: state?.messages[0]?.id,
    busy: state !== undefined && activeRun(state) !== undefined,
    connection: state?.connection ?? { kind: "connecting" },
    model: session?.model,
    session,
  };
};

const subscribeToNothing = () => () => undefined;

const useSession = (agentId: string): ChatSession | undefined => {
  const [session, setSession] = useState<ChatSession>();
  useEffect(() => {
    const opened = openSession(agentId);
    setSession(opened);
    return () => opened.close();
  }, [agentId]);
  return session;
};

const openSession = (agentId: string): ChatSession =>
  createChatSession({
    client: createGatewayClient({
      open: () => browserSocket("/relay"),
      credentials: () => ticketFor(agentId),
      client: { id: "skykoi-dashboard", version: "0.1.0", platform: "web", mode: "webchat" },
    }),
    newKey: newIdempotencyKey,
    now: Date.now,
    soon: soonOnPage,
  });

const ticketFor = async (agentId: string): Promise<{ token: string }> => {
  const outcome = await callApi<TicketView>(`/api/agents/${encodeURIComponent(agentId)}/tickets`, {
    method: "POST",
    body: {},
  });
  if (outcome.ok) return { token: outcome.value.ticket };
  const { code, message } = outcome.problem;
  throw fault(isFaultCode(code) ? code : "UNAVAILABLE", { message });
};
