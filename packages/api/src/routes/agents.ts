/** Routes about agents: list, create, look at, follow, retry, delete. */

import type { AgentRecord } from "@skykoi/control";
import { Type } from "typebox";

import { agentFeed } from "../agents/agent-feed.ts";
import { AgentView, agentView } from "../agents/agent-view.ts";
import { NoBody, Nothing, json, route, stream, type Route } from "../http/route.ts";
import { closed, idParam } from "../http/shapes.ts";
import type { AgentsView } from "../views.ts";
import type { Parts } from "./parts.ts";

const POLL_INTERVAL_MS = 2_000;
/** The feed ends after this long; the client resumes it, with its session and role checked anew. */
const FEED_LIFETIME_MS = 15 * 60_000;

const AgentParams = closed({ id: idParam() });
const one = (description: string) => ({ description, schema: AgentView });

export const agentRoutes = ({ control, typicalReadyMs }: Parts): Route[] => {
  const show = async (agent: AgentRecord): Promise<AgentView> => agentView(agent, await typicalReadyMs());

  return [
    route({
      method: "GET",
      path: "/api/agents",
      access: "user",
      summary: "The agents of the organization.",
      params: Nothing,
      query: Nothing,
      body: NoBody,
      responses: { 200: { description: "The agents.", schema: closed({ agents: Type.Array(AgentView) }) } },
      handler: async ({ caller }) => {
        const agents = await control.agents.list(caller);
        return json(200, { agents: await Promise.all(agents.map(show)) } satisfies AgentsView);
      },
    }),
    route({
      method: "POST",
      path: "/api/agents",
      access: "user",
      summary: "Creates an agent; its instance starts at once. An Idempotency-Key header makes a repetition harmless.",
      params: Nothing,
      query: Nothing,
      body: closed({ name: Type.String(), purpose: Type.Optional(Type.String({ maxLength: 2_000 })) }),
      responses: { 201: one("The agent, on its way.") },
      handler: async ({ caller, body, headers }) => {
        // Never cut: two long keys with one beginning are two keys.
        const idempotencyKey = headers.get("idempotency-key");
        const agent = await control.agents.create(caller, { ...body, ...(idempotencyKey ? { idempotencyKey } : {}) });
        return json(201, await show(agent));
      },
    }),
    route({
      method: "GET",
      path: "/api/agents/:id",
      access: "user",
      summary: "One agent.",
      params: AgentParams,
      query: Nothing,
      body: NoBody,
      responses: { 200: one("The agent.") },
      handler: async ({ caller, params }) => json(200, await show(await control.agents.get(caller, params.id))),
    }),
    route({
      method: "DELETE",
      path: "/api/agents/:id",
      access: "user",
      summary: "Deletes an agent with its instance and everything on it.",
      params: AgentParams,
      query: Nothing,
      body: NoBody,
      responses: { 202: one("The agent, on its way out.") },
      handler: async ({ caller, params }) => {
        const before = await control.agents.get(caller, params.id);
        await control.agents.remove(caller, params.id);
        return json(202, { ...(await show(before)), desired: "terminated" } satisfies AgentView);
      },
    }),
    route({
      method: "POST",
      path: "/api/agents/:id/retry",
      access: "user",
      summary: "After a failure: clears the error and starts a new attempt.",
      params: AgentParams,
      query: Nothing,
      body: NoBody,
      responses: { 202: one("The agent, on its way again.") },
      handler: async ({ caller, params }) => json(202, await show(await control.agents.retry(caller, params.id))),
    }),
    route({
      method: "GET",
      path: "/api/agents/:id/events",
      access: "user",
      summary:
        "The timeline as it grows (`timeline`, resumable by Last-Event-ID or `after`), and the agent as it changes (`agent`).",
      params: AgentParams,
      query: closed({ after: Type.Optional(Type.Integer({ minimum: 0 })) }),
      body: NoBody,
      responses: { 200: { description: "Server-sent events.", contentType: "text/event-stream" } },
      handler: async ({ caller, params, query, headers }) => {
        // Here, so that what is not theirs is a plain 404 and not a stream that ends.
        await control.agents.get(caller, params.id);
        const afterSeq = lastEventId(headers) ?? query.after ?? 0;
        return stream((signal) =>
          agentFeed({
            control,
            actor: caller,
            agentId: params.id,
            afterSeq,
            typicalReadyMs,
            pollIntervalMs: POLL_INTERVAL_MS,
            signal: AbortSignal.any([signal, AbortSignal.timeout(FEED_LIFETIME_MS)]),
          }),
        );
      },
    }),
  ];
};

/** The browser's own memory of where it was is newer than the address it once opened. */
const lastEventId = (headers: Headers): number | undefined => {
  const value = headers.get("last-event-id");
  return value !== null && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
};
