/** `POST /hooks/wake` and `POST /hooks/agent`: another program has something for the agent. */

import { createHash, randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

import { wrapUntrusted, type RunOverrides } from "@skykoi/agent";
import { compileValidator, parseOrThrow } from "@skykoi/schema";

import type { GatewayContext } from "../../context.ts";
import { mainSessionKey } from "../../sessions/session-key.ts";
import { readJsonBody } from "../json-body.ts";
import { sendJson } from "../problem.ts";
import type { HttpHandler } from "../route.ts";
import { AgentRequest, WakeRequest } from "./hook-request.ts";

type Source = Pick<GatewayContext, "inbox" | "resolve" | "agents" | "catalog" | "log" | "systemEvents">;

const LIMITS = { maxBytes: 512 * 1024, timeoutMs: 10_000 };

const checkWake = compileValidator(WakeRequest);
const checkAgent = compileValidator(AgentRequest);

/** A word to the agent in its owner's conversation. */
export const createWakeHook =
  ({ inbox, resolve, agents, systemEvents }: Source): HttpHandler =>
  async ({ request, response }) => {
    const {
      text,
      mode = "now",
      idempotencyKey,
    } = parseOrThrow(checkWake, await readJsonBody(request, LIMITS), "The body");
    const runId = runIdOf(request, idempotencyKey);
    const address = resolve(mainSessionKey(agents.defaultId));
    const said = fromOutside("a hook", text);
    if (mode === "next-heartbeat") {
      await (await systemEvents()).add({ id: runId, sessionKey: address.key, text: said });
      return sendJson(response, 202, { ok: true, sessionKey: address.key, status: "waiting" });
    }
    const status = await inbox.accept({ address, runId, text: said, origin: { kind: "hook" } });
    sendJson(response, 202, { ok: true, runId, sessionKey: address.key, status });
  };

/** Work for the agent in a session of its own, or in the named one. */
export const createAgentHook =
  ({ inbox, resolve, agents, catalog }: Source): HttpHandler =>
  async ({ request, response }) => {
    const hook = parseOrThrow(checkAgent, await readJsonBody(request, LIMITS), "The body");
    const { message, name = "hook", agentId = agents.defaultId, model, thinking, timeoutSeconds } = hook;
    const runId = runIdOf(request, hook.idempotencyKey);
    const address = resolve(hook.sessionKey ?? `agent:${agentId}:hook:${runId}`);
    // A wrong name is the sender's mistake; better said now than in a run nobody looks at.
    if (model !== undefined) await catalog.resolve(model);
    const overrides: RunOverrides = {
      ...(model !== undefined && { model }),
      ...(thinking !== undefined && { thinking }),
      ...(timeoutSeconds !== undefined && { timeoutMs: timeoutSeconds * 1000 }),
    };
    const text = fromOutside(`the hook ${name}`, message);
    const status = await inbox.accept({ address, runId, text, origin: { kind: "hook", label: name }, overrides });
    sendJson(response, 202, { ok: true, runId, sessionKey: address.key, status });
  };

/** The token says who may call, not that what is in the text can be believed: it often quotes others. */
const fromOutside = (source: string, text: string): string => wrapUntrusted({ source, text });

/** The same key is the same run, so that a sender may try again. */
const runIdOf = ({ headers }: IncomingMessage, inBody: string | undefined): string => {
  const key = headers["idempotency-key"]?.toString() ?? inBody;
  return `hook_${key === undefined ? randomUUID() : createHash("sha256").update(key, "utf8").digest("hex").slice(0, 32)}`;
};
