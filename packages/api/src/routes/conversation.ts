/** Routes that speak with an agent through its gateway: messages, sessions, tickets for the relay. */

import { randomUUID } from "node:crypto";

import type { Actor } from "@skykoi/control";
import { METHODS } from "@skykoi/protocol";
import { Type } from "typebox";

import { callGateway } from "../gateway/call-gateway.ts";
import { startRun } from "../gateway/start-run.ts";
import { NoBody, Nothing, json, route, stream, type Route } from "../http/route.ts";
import { closed, idParam, isoDate, text } from "../http/shapes.ts";
import type { SessionHistoryView, SessionsView, TicketView } from "../views.ts";
import type { Parts } from "./parts.ts";

const REQUEST_TIMEOUT_MS = 15_000;
const FOLLOW_TIMEOUT_MS = 60 * 60_000;
const RECONNECT_TIMEOUT_MS = 60_000;

const AgentParams = closed({ id: idParam() });

export const conversationRoutes = ({ control, gateways }: Parts): Route[] => {
  const lease = async (actor: Actor, agentId: string, action: "agent.see" | "agent.chat") =>
    await gateways.lease(await control.agents.gateway(actor, agentId, action));

  return [
    route({
      method: "POST",
      path: "/api/agents/:id/messages",
      access: "user",
      summary: "Sends a message and streams the answer: accepted, delta, tool, then one of final, error, aborted.",
      params: AgentParams,
      query: Nothing,
      body: closed({
        text: Type.String({ minLength: 1, maxLength: 1_000_000 }),
        sessionKey: Type.Optional(text(512)),
        idempotencyKey: Type.Optional(text(128)),
      }),
      responses: { 200: { description: "Server-sent events.", contentType: "text/event-stream" } },
      handler: async ({ caller, params, body }) => {
        const gateway = await lease(caller, params.id, "agent.chat");
        const read = await startRun(gateway, {
          sessionKey: body.sessionKey ?? "main",
          text: body.text,
          runId: body.idempotencyKey ?? randomUUID(),
          sendTimeoutMs: REQUEST_TIMEOUT_MS,
          followTimeoutMs: FOLLOW_TIMEOUT_MS,
          reconnectTimeoutMs: RECONNECT_TIMEOUT_MS,
        });
        return stream(read);
      },
    }),
    route({
      method: "GET",
      path: "/api/agents/:id/sessions",
      access: "user",
      summary: "The agent's sessions, the most recently used first.",
      params: AgentParams,
      query: Nothing,
      body: NoBody,
      responses: { 200: { description: "The sessions.", schema: METHODS["sessions.list"].result } },
      handler: async ({ caller, params }) => {
        const gateway = await lease(caller, params.id, "agent.see");
        const sessions: SessionsView = await callGateway(gateway, "sessions.list", {}, REQUEST_TIMEOUT_MS);
        return json(200, sessions);
      },
    }),
    route({
      method: "GET",
      path: "/api/agents/:id/sessions/:key",
      access: "user",
      summary: "A page of a session's messages: the newest, or those before a message.",
      params: closed({ id: idParam(), key: text(512) }),
      query: closed({
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
        before: Type.Optional(text(128)),
      }),
      body: NoBody,
      responses: { 200: { description: "The page.", schema: METHODS["chat.history"].result } },
      handler: async ({ caller, params, query }) => {
        const gateway = await lease(caller, params.id, "agent.see");
        const page: SessionHistoryView = await callGateway(
          gateway,
          "chat.history",
          { sessionKey: params.key, ...query },
          REQUEST_TIMEOUT_MS,
        );
        return json(200, page);
      },
    }),
    route({
      method: "POST",
      path: "/api/agents/:id/tickets",
      access: "user",
      summary: "A ticket that opens one WebSocket to the agent through the relay, within a minute.",
      params: AgentParams,
      query: Nothing,
      body: NoBody,
      responses: {
        201: {
          description: "The ticket. It is a secret: it goes into `connect`, never into an address.",
          schema: closed({ ticket: Type.String(), expiresAt: isoDate(), url: Type.String() }),
        },
      },
      handler: async ({ caller, params }) => {
        const { ticket, expiresAt } = await control.tickets.issue(caller, params.id);
        return json(201, { ticket, expiresAt: expiresAt.toISOString(), url: "/relay" } satisfies TicketView);
      },
    }),
  ];
};
