/** Which session, agent and model a request of the OpenAI API means, and the id of its run. */

import { createHash, randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

import { fault } from "@skykoi/fault";

import type { GatewayContext } from "../../context.ts";
import type { SessionAddress } from "../../sessions/session-key.ts";

export const KOI = "koi";

export interface Target {
  readonly address: SessionAddress;
  readonly runId: string;
  /** undefined: the agent's own model. */
  readonly model: string | undefined;
  /** The session remembers; what the client says was said before is left out. */
  readonly remembers: boolean;
}

export interface Wish {
  readonly model: string | undefined;
  /** Names a session of its own for this person. */
  readonly user: string | undefined;
  /** The session to go on in. */
  readonly sessionKey: string | undefined;
}

type TargetSource = Pick<GatewayContext, "agents" | "catalog" | "resolve">;

/** Throws MODEL_NOT_FOUND, NOT_FOUND or INVALID_REQUEST. */
export const findTarget = async (
  { agents, catalog, resolve }: TargetSource,
  headers: IncomingHttpHeaders,
  { model = KOI, user, sessionKey }: Wish,
): Promise<Target> => {
  const key = headers["idempotency-key"]?.toString();
  const runId = key === undefined ? `openai_${randomUUID()}` : `openai_${digest(key)}`;
  const agentId = agentOf(model, agents);
  if (agentId === undefined) await catalog.resolve(model);
  const prefix = `agent:${agentId ?? agents.defaultId}:openai`;
  const named = sessionKey ?? headers["x-skykoi-session-key"]?.toString();
  const written = named ?? (user ? `${prefix}:user:${nameOf(user)}` : `${prefix}:${runId}`);
  return {
    address: resolve(written),
    runId,
    model: agentId === undefined ? model : undefined,
    remembers: named !== undefined || Boolean(user),
  };
};

/** undefined for a model reference. */
const agentOf = (model: string, { ids, defaultId }: TargetSource["agents"]): string | undefined => {
  if (model === KOI) return defaultId;
  if (!model.startsWith(`${KOI}/`)) return undefined;
  const id = model.slice(KOI.length + 1);
  if (ids.includes(id)) return id;
  throw fault("MODEL_NOT_FOUND", { message: `No agent "${id}" lives on this gateway. There are: ${ids.join(", ")}.` });
};

/** Names of people may hold anything; keys of sessions may not. */
const nameOf = (user: string): string => (/^[\w.@-]{1,64}$/.test(user) ? user : digest(user));

const digest = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex").slice(0, 32);
