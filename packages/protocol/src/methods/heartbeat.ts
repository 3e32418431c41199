/** Methods about heartbeats: the agent looking after its tasks without being asked. */

import { Type, type Static } from "typebox";

import { closed, count, oneOf, timestamp } from "../closed.ts";
import { method } from "../method.ts";

/** Of one heartbeat, or of none where one could have been. */
export const Heartbeat = closed({
  ts: timestamp(),
  /** `ok-token`, `ok-empty`: it had nothing to tell. */
  status: oneOf(["sent", "ok-token", "ok-empty", "skipped", "failed"]),
  /** Why it was skipped: a word for programs. Why it failed: a sentence. */
  reason: Type.Optional(Type.String()),
  /** The beginning of what it told. */
  preview: Type.Optional(Type.String()),
  durationMs: Type.Optional(count()),
  sessionKey: Type.Optional(Type.String()),
  runId: Type.Optional(Type.String()),
});
export type Heartbeat = Static<typeof Heartbeat>;

export const heartbeatMethods = {
  "last-heartbeat": method({
    scope: "operator.read",
    summary: "How the last heartbeat went or why there is none, and when the next may come.",
    params: closed({}),
    result: closed({
      ...Heartbeat.properties,
      enabled: Type.Boolean(),
      /** When the next may come; left out while there is none to come. */
      nextAtMs: Type.Optional(timestamp()),
      /** What the next waits for. */
      waitingFor: Type.Optional(oneOf(["not-due", "idle", "quiet-hours", "requests-in-flight"])),
    }),
    example: {
      params: {},
      result: { ts: 1_767_225_600_000, status: "skipped", reason: "empty-heartbeat-file", enabled: true },
    },
  }),
  "set-heartbeats": method({
    scope: "operator.write",
    summary: "Switches the heartbeats off or on again; kept over a restart.",
    params: closed({ enabled: Type.Boolean() }),
    result: closed({ ok: Type.Literal(true), enabled: Type.Boolean() }),
    example: { params: { enabled: false }, result: { ok: true, enabled: false } },
  }),
} as const;
