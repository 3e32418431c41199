/** Methods about scheduled jobs. Fields that clients of the family send and that change nothing here are accepted. */

import { Type, type Static } from "typebox";

import { closed, count, oneOf, text, timestamp } from "../closed.ts";
import { method } from "../method.ts";

/** Names a file of the gateway: nothing that could lead elsewhere. */
const jobId = Type.String({ pattern: "^[A-Za-z0-9_-]{1,64}$" });
const MAX_TEXT = 100_000;

/** Of a job as it is told: `at` is always an ISO time. */
const schedules = {
  at: closed({ kind: Type.Literal("at"), at: text(64) }),
  every: closed({
    kind: Type.Literal("every"),
    everyMs: Type.Integer({ minimum: 1000, maximum: 31_622_400_000 }),
    /** The interval counts from here; default: the creation. */
    anchorMs: Type.Optional(timestamp()),
  }),
  cron: closed({
    kind: Type.Literal("cron"),
    /** Five fields, or six with seconds first. */
    expr: text(200),
    /** IANA name; default: the user's zone. */
    tz: Type.Optional(text(64)),
    staggerMs: Type.Optional(count()),
  }),
};
const CronSchedule = Type.Union([schedules.at, schedules.every, schedules.cron]);

const agentTurn = {
  kind: Type.Literal("agentTurn"),
  model: Type.Optional(text(200)),
  thinking: Type.Optional(text(32)),
  /** 0: the configured limit. */
  timeoutSeconds: Type.Optional(Type.Number({ minimum: 0, maximum: 86_400 })),
  /** Tools, groups or `*`; within what the configuration allows. */
  toolsAllow: Type.Optional(Type.Array(text(64), { maxItems: 100 })),
  toolsAllowIsDefault: Type.Optional(Type.Boolean()),
  /** Models for this job instead of the configured fallbacks; empty: none. */
  fallbacks: Type.Optional(Type.Array(text(200), { maxItems: 20 })),
  /** Without the files of the workspace in the prompt. */
  lightContext: Type.Optional(Type.Boolean()),
  allowUnsafeExternalContent: Type.Optional(Type.Boolean()),
};

const CronPayload = Type.Union([
  closed({
    kind: Type.Literal("systemEvent"),
    text: text(MAX_TEXT),
    toolsAllow: Type.Optional(Type.Array(text(64))),
    toolsAllowIsDefault: Type.Optional(Type.Boolean()),
  }),
  closed({ ...agentTurn, message: text(MAX_TEXT) }),
]);

const CronDelivery = closed({
  mode: oneOf(["none", "announce"]),
  /** A channel, or `last`; default: the main session. */
  channel: Type.Optional(text(64)),
  /** A session key with the channel left out, else an address of the channel. */
  to: Type.Optional(text(512)),
  accountId: Type.Optional(text(128)),
  threadId: Type.Optional(Type.Union([text(128), Type.Number()])),
  bestEffort: Type.Optional(Type.Boolean()),
});

const missed = {
  /** Slots that passed while nothing could run: the latest runs once, or none does. */
  missed: Type.Optional(oneOf(["runOnce", "skip"])),
  /** How late a slot may run with `skip`; default 60 s. */
  missedToleranceMs: Type.Optional(Type.Integer({ minimum: 1000, maximum: 86_400_000 })),
};

const definition = {
  name: text(200),
  description: Type.Optional(Type.String({ maxLength: 2000 })),
  displayName: Type.Optional(Type.String({ maxLength: 200 })),
  agentId: Type.Optional(Type.Union([text(64), Type.Null()])),
  sessionKey: Type.Optional(Type.Union([text(512), Type.Null()])),
  enabled: Type.Optional(Type.Boolean()),
  /** Default: true for `at`. */
  deleteAfterRun: Type.Optional(Type.Boolean()),
  /** `main`, `isolated` (a fresh session a run) or `session:<key>`. */
  sessionTarget: Type.Optional(text(600)),
  wakeMode: Type.Optional(oneOf(["now", "next-heartbeat"])),
  payload: CronPayload,
  delivery: Type.Optional(CronDelivery),
  ...missed,
};

const status = oneOf(["ok", "error", "skipped"]);
const deliveryStatus = oneOf(["delivered", "not-delivered", "not-requested"]);

export const CronJob = closed({
  id: Type.String(),
  name: Type.String(),
  description: Type.Optional(Type.String()),
  agentId: Type.String(),
  enabled: Type.Boolean(),
  deleteAfterRun: Type.Boolean(),
  createdAtMs: timestamp(),
  updatedAtMs: timestamp(),
  schedule: CronSchedule,
  sessionTarget: Type.String(),
  wakeMode: oneOf(["now", "next-heartbeat"]),
  payload: CronPayload,
  delivery: CronDelivery,
  missed: oneOf(["runOnce", "skip"]),
  missedToleranceMs: count(),
  state: closed({
    nextRunAtMs: Type.Optional(timestamp()),
    runningAtMs: Type.Optional(timestamp()),
    lastRunAtMs: Type.Optional(timestamp()),
    lastRunStatus: Type.Optional(status),
    lastError: Type.Optional(Type.String()),
    lastDurationMs: Type.Optional(count()),
    lastDeliveryStatus: Type.Optional(deliveryStatus),
    consecutiveErrors: count(),
  }),
});
export type CronJob = Static<typeof CronJob>;

export const CronRun = closed({
  ts: timestamp(),
  jobId: Type.String(),
  action: Type.Literal("finished"),
  status,
  error: Type.Optional(Type.String()),
  /** The answer, cut short. */
  summary: Type.Optional(Type.String()),
  deliveryStatus,
  sessionKey: Type.String(),
  runId: Type.String(),
  /** The slot, or when it was asked for. */
  runAtMs: timestamp(),
  durationMs: count(),
  costUsd: Type.Number({ minimum: 0 }),
  model: Type.Optional(Type.String()),
});
export type CronRun = Static<typeof CronRun>;

const page = { limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })), offset: Type.Optional(count()) };
const paged = {
  total: count(),
  offset: count(),
  limit: count(),
  hasMore: Type.Boolean(),
  /** Of the next page; null after the last one. */
  nextOffset: Type.Union([count(), Type.Null()]),
};
const sortDir = Type.Optional(oneOf(["asc", "desc"]));

/** A job is named by `id`, or by `jobId` as older clients do. */
const named = { id: Type.Optional(jobId), jobId: Type.Optional(jobId) };

const exampleJob: CronJob = {
  id: "b3f1c2d4",
  name: "Morning report",
  agentId: "main",
  enabled: true,
  deleteAfterRun: false,
  createdAtMs: 1_767_225_600_000,
  updatedAtMs: 1_767_225_600_000,
  schedule: { kind: "cron", expr: "0 8 * * 1-5", tz: "Europe/Berlin" },
  sessionTarget: "isolated",
  wakeMode: "now",
  payload: { kind: "agentTurn", message: "Summarise what happened over night." },
  delivery: { mode: "announce" },
  missed: "runOnce",
  missedToleranceMs: 60_000,
  state: { nextRunAtMs: 1_767_337_200_000, consecutiveErrors: 0 },
};

export const cronMethods = {
  "cron.list": method({
    scope: "operator.read",
    summary: "The scheduled jobs; those that are switched off only when asked for.",
    params: closed({
      ...page,
      includeDisabled: Type.Optional(Type.Boolean()),
      enabled: Type.Optional(oneOf(["all", "enabled", "disabled"])),
      query: Type.Optional(Type.String({ maxLength: 200 })),
      scheduleKind: Type.Optional(oneOf(["all", "at", "every", "cron"])),
      lastRunStatus: Type.Optional(oneOf(["all", "ok", "error", "skipped", "unknown"])),
      agentId: Type.Optional(text(64)),
      sortBy: Type.Optional(oneOf(["nextRunAtMs", "updatedAtMs", "name"])),
      sortDir,
      sessionKey: Type.Optional(text(512)),
      sessionAgentId: Type.Optional(text(64)),
      trigger: Type.Optional(text(32)),
      compact: Type.Optional(Type.Boolean()),
      includeDeliveryPreviews: Type.Optional(Type.Boolean()),
    }),
    result: closed({
      jobs: Type.Array(CronJob),
      ...paged,
      /** The same as long as no job was added, changed or removed: pages of one revision fit together. */
      snapshotRevision: Type.String(),
    }),
    example: {
      params: {},
      result: {
        jobs: [exampleJob],
        total: 1,
        offset: 0,
        limit: 50,
        hasMore: false,
        nextOffset: null,
        snapshotRevision: "1-0",
      },
    },
  }),
  "cron.status": method({
    scope: "operator.read",
    summary: "Whether the scheduler works, how many jobs it has and when it wakes next.",
    params: closed({}),
    result: closed({
      enabled: Type.Boolean(),
      storePath: Type.String(),
      jobs: count(),
      running: count(),
      nextWakeAtMs: Type.Optional(timestamp()),
    }),
    example: {
      params: {},
      result: { enabled: true, storePath: "/home/ubuntu/.skykoi/cron/jobs.json", jobs: 1, running: 0 },
    },
  }),
  "cron.runs": method({
    scope: "operator.read",
    summary: "The finished runs of one job or of all, the latest first.",
    params: closed({
      ...named,
      ...page,
      scope: Type.Optional(oneOf(["job", "all"])),
      runId: Type.Optional(text(200)),
      status: Type.Optional(oneOf(["all", "ok", "error", "skipped"])),
      statuses: Type.Optional(Type.Array(status, { minItems: 1, maxItems: 3 })),
      deliveryStatus: Type.Optional(deliveryStatus),
      query: Type.Optional(Type.String({ maxLength: 200 })),
      agentId: Type.Optional(text(64)),
      sortDir,
    }),
    result: closed({ entries: Type.Array(CronRun), ...paged }),
    example: {
      params: { id: "b3f1c2d4" },
      result: { entries: [], total: 0, offset: 0, limit: 50, hasMore: false, nextOffset: null },
    },
  }),
  "cron.add": method({
    scope: "operator.write",
    summary: "Creates a job. The same idempotency key again answers the job it made before.",
    params: closed({
      ...definition,
      schedule: CronSchedule,
      idempotencyKey: Type.Optional(text(128)),
    }),
    result: CronJob,
    example: {
      params: {
        name: "Morning report",
        schedule: { kind: "cron", expr: "0 8 * * 1-5", tz: "Europe/Berlin" },
        sessionTarget: "isolated",
        wakeMode: "now",
        payload: { kind: "agentTurn", message: "Summarise what happened over night." },
        delivery: { mode: "announce" },
      },
      result: exampleJob,
    },
  }),
  "cron.update": method({
    scope: "operator.write",
    summary: "Changes the named fields of a job; what is switched on again does not catch up.",
    params: closed({
      ...named,
      patch: closed({
        ...definition,
        name: Type.Optional(definition.name),
        schedule: Type.Optional(CronSchedule),
        payload: Type.Optional(
          Type.Union([
            closed({ kind: Type.Literal("systemEvent"), text: Type.Optional(text(MAX_TEXT)) }),
            closed({
              ...agentTurn,
              message: Type.Optional(text(MAX_TEXT)),
              model: Type.Optional(Type.Union([text(200), Type.Null()])),
              thinking: Type.Optional(Type.Union([text(32), Type.Null()])),
              timeoutSeconds: Type.Optional(Type.Union([Type.Number({ minimum: 0, maximum: 86_400 }), Type.Null()])),
              toolsAllow: Type.Optional(Type.Union([Type.Array(text(64), { maxItems: 100 }), Type.Null()])),
              fallbacks: Type.Optional(Type.Union([Type.Array(text(200), { maxItems: 20 }), Type.Null()])),
              lightContext: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
            }),
          ]),
        ),
        delivery: Type.Optional(
          closed({ ...CronDelivery.properties, mode: Type.Optional(CronDelivery.properties.mode) }),
        ),
      }),
    }),
    result: CronJob,
    example: { params: { id: "b3f1c2d4", patch: { enabled: true } }, result: exampleJob },
  }),
  "cron.remove": method({
    scope: "operator.write",
    summary: "Removes a job; a run under way goes on to its end.",
    params: closed(named),
    result: closed({ ok: Type.Literal(true), removed: Type.Boolean() }),
    example: { params: { id: "b3f1c2d4" }, result: { ok: true, removed: true } },
  }),
  "cron.run": method({
    scope: "operator.write",
    summary: "Runs a job now, besides its slots: always, only when it is due, or only when it is switched on.",
    params: closed({ ...named, mode: Type.Optional(oneOf(["due", "force", "if-enabled"])) }),
    result: Type.Union([
      closed({ ok: Type.Literal(true), enqueued: Type.Literal(true), runId: Type.String() }),
      closed({
        ok: Type.Literal(true),
        enqueued: Type.Literal(false),
        ran: Type.Literal(false),
        reason: oneOf(["already-running", "not-due", "disabled"]),
      }),
    ]),
    example: {
      params: { id: "b3f1c2d4", mode: "force" },
      result: { ok: true, enqueued: true, runId: "cron:b3f1c2d4:manual:1767225600000" },
    },
  }),
} as const;
