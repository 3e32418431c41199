/** From what a client asks for to a job: defaults filled in, times made absolute, nonsense refused. */

import { fault } from "@skykoi/fault";
import type { MethodParams } from "@skykoi/protocol";
import { Cron } from "croner";

import { newHistory } from "./due-slots.ts";
import type { Job } from "./job.ts";
import { checkCron, type Schedule } from "./schedule.ts";

export type AddRequest = MethodParams<"cron.add">;
export type JobPatch = MethodParams<"cron.update">["patch"];

export interface RequestContext {
  readonly nowMs: number;
  /** IANA name: the zone of an expression or a time that names none. */
  readonly userTimeZone: string;
  readonly defaultAgentId: string;
  /** Throws NOT_FOUND or INVALID_REQUEST. */
  readonly resolve: (sessionKey: string) => { readonly key: string };
}

const TOLERANCE_MS = 60_000;

export const newJob = (id: string, request: AddRequest, context: RequestContext): Job => {
  const { nowMs } = context;
  const schedule = toSchedule(request.schedule, context);
  const { name, description, payload, delivery, enabled = true, wakeMode = "now", missed = "runOnce" } = request;
  return {
    id,
    name,
    ...(description !== undefined && { description }),
    agentId: toAgentId(request.agentId, context),
    enabled,
    deleteAfterRun: request.deleteAfterRun ?? schedule.kind === "at",
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    schedule,
    sessionTarget: toTarget(request.sessionTarget ?? defaultTarget(payload.kind), request.sessionKey, context),
    wakeMode,
    payload,
    delivery: toDelivery(delivery ?? { mode: "none" }, context),
    missed,
    missedToleranceMs: request.missedToleranceMs ?? TOLERANCE_MS,
    history: newHistory(nowMs),
    last: {},
    consecutiveErrors: 0,
    retryAfterMs: 0,
  };
};

/** A new schedule, and being switched on again, start from now: what passed before is not caught up. */
export const patchedJob = (job: Job, patch: JobPatch, context: RequestContext): Job => {
  const { nowMs } = context;
  const {
    schedule,
    payload,
    delivery,
    agentId,
    sessionTarget,
    sessionKey,
    displayName: _displayName,
    ...plain
  } = patch;
  const startsAnew = schedule !== undefined || (patch.enabled === true && !job.enabled);
  return {
    ...job,
    ...plain,
    ...(schedule && { schedule: toSchedule(schedule, context) }),
    ...(payload && { payload: patchedPayload(job.payload, payload) }),
    ...(delivery && { delivery: toDelivery({ ...job.delivery, ...delivery }, context) }),
    ...(agentId !== undefined && { agentId: toAgentId(agentId, context) }),
    ...(sessionTarget !== undefined && { sessionTarget: toTarget(sessionTarget, sessionKey, context) }),
    updatedAtMs: nowMs,
    ...(startsAnew && { history: { ...job.history, watermarkMs: Math.max(nowMs, job.history.floorMs) } }),
    ...(startsAnew && { consecutiveErrors: 0, retryAfterMs: 0 }),
  };
};

const defaultTarget = (kind: Job["payload"]["kind"]): string => (kind === "agentTurn" ? "isolated" : "main");

const toSchedule = (asked: AddRequest["schedule"], { nowMs, userTimeZone }: RequestContext): Schedule => {
  switch (asked.kind) {
    case "at":
      return { kind: "at", atMs: futureMoment(asked.at, nowMs, userTimeZone) };
    case "every":
      return { kind: "every", everyMs: asked.everyMs, anchorMs: asked.anchorMs ?? nowMs };
    default: {
      const tz = asked.tz ?? userTimeZone;
      checkCron(asked.expr, tz);
      return { kind: "cron", expr: asked.expr, tz };
    }
  }
};

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const futureMoment = (written: string, nowMs: number, timeZone: string): number => {
  const atMs = momentOf(written.trim(), nowMs, timeZone);
  if (atMs === undefined) {
    throw fault("INVALID_REQUEST", {
      message: `"${written}" is not a time; expected one like "2026-05-01T09:00" or, from now, "20m".`,
    });
  }
  if (atMs <= nowMs) throw fault("INVALID_REQUEST", { message: `${new Date(atMs).toISOString()} is in the past.` });
  return atMs;
};

/** `20m` from now; an ISO time with its offset; an ISO time without one, on the clock of the user. */
const momentOf = (written: string, nowMs: number, timeZone: string): number | undefined => {
  const relative = /^(?:in\s+|\+)?(\d{1,6})\s*([smhd])$/i.exec(written);
  if (relative) {
    const unit = relative[2]?.toLowerCase();
    if (unit === "s" || unit === "m" || unit === "h" || unit === "d")
      return nowMs + Number(relative[1]) * UNIT_MS[unit];
  }
  if (!/^\d{4}-\d\d-\d\d/.test(written)) return undefined;
  if (/(?:Z|[+-]\d\d:?\d\d)$/i.test(written.slice(10))) {
    const parsed = Date.parse(written);
    return Number.isNaN(parsed) ? undefined : parsed;
  }
  const wall = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?)?$/.exec(written);
  if (!wall) return undefined;
  try {
    const iso = `${wall[1]}T${wall[2] ?? "00:00"}${wall[3] ?? ":00"}`;
    const local = new Cron(iso, { timezone: timeZone, paused: true, allowPast: true });
    return local.nextRun(new Date(0))?.getTime();
  } catch {
    return undefined;
  }
};

const toAgentId = (asked: string | null | undefined, { defaultAgentId, resolve }: RequestContext): string => {
  if (asked === undefined || asked === null) return defaultAgentId;
  resolve(`agent:${asked}:main`);
  return asked;
};

const toTarget = (asked: string, sessionKey: string | null | undefined, { resolve }: RequestContext): string => {
  if (asked === "main" || asked === "isolated") return asked;
  const key = asked === "current" ? (sessionKey ?? undefined) : /^session:(.+)$/.exec(asked)?.[1];
  if (key !== undefined) return `session:${resolve(key).key}`;
  throw fault("INVALID_REQUEST", { message: `sessionTarget must be main, isolated or session:<key>, not "${asked}".` });
};

/** Without a channel, `to` names a session. */
const toDelivery = (asked: Job["delivery"], { resolve }: RequestContext): Job["delivery"] => {
  if (asked.mode === "announce" && asked.channel === undefined && asked.to !== undefined) {
    return { ...asked, to: resolve(asked.to).key };
  }
  return asked;
};

const patchedPayload = (before: Job["payload"], patch: NonNullable<JobPatch["payload"]>): Job["payload"] => {
  const text = before.kind === "agentTurn" ? before.message : before.text;
  if (patch.kind === "systemEvent") return { kind: "systemEvent", text: patch.text ?? text };
  const kept: Partial<AgentTurn> = before.kind === "agentTurn" ? before : {};
  const model = chosen(patch.model, kept.model);
  const thinking = chosen(patch.thinking, kept.thinking);
  const timeoutSeconds = chosen(patch.timeoutSeconds, kept.timeoutSeconds);
  const toolsAllow = chosen(patch.toolsAllow, kept.toolsAllow);
  const fallbacks = chosen(patch.fallbacks, kept.fallbacks);
  const lightContext = chosen(patch.lightContext, kept.lightContext);
  return {
    kind: "agentTurn",
    message: patch.message ?? text,
    ...(model !== undefined && { model }),
    ...(thinking !== undefined && { thinking }),
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    ...(toolsAllow !== undefined && { toolsAllow }),
    ...(fallbacks !== undefined && { fallbacks }),
    ...(lightContext !== undefined && { lightContext }),
  };
};

type AgentTurn = Extract<Job["payload"], { kind: "agentTurn" }>;

/** `null` takes a setting away. */
const chosen = <T>(asked: T | null | undefined, before: T | undefined): T | undefined =>
  asked === null ? undefined : (asked ?? before);
