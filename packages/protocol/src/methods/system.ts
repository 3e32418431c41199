/** Methods about the gateway itself. */

import { Type } from "typebox";

import { closed, count, timestamp } from "../closed.ts";
import { Health, PresenceEntry } from "../health.ts";
import { method } from "../method.ts";

const exampleHealth = {
  ok: true,
  status: "ok" as const,
  reasons: [],
  ts: 1_767_225_600_000,
  uptimeMs: 1200,
  version: "0.1.0",
  model: { primary: "offline/demo", demo: true },
  activeRuns: 0,
  queuedInputs: 0,
};

export const systemMethods = {
  health: method({
    scope: "operator.read",
    summary: "Whether the gateway can answer, and if it is degraded, why.",
    params: closed({ probe: Type.Optional(Type.Boolean()), timeoutMs: Type.Optional(count()) }),
    result: Health,
    example: { params: {}, result: exampleHealth },
  }),
  status: method({
    scope: "operator.read",
    summary: "Version, start time, connected clients, sessions and memory.",
    params: closed({}),
    result: closed({
      version: Type.String(),
      startedAt: count(),
      uptimeMs: count(),
      clients: count(),
      sessions: count(),
      activeRuns: count(),
      queuedInputs: count(),
      rssBytes: count(),
      eventLoopLagMs: count(),
      health: Health,
      /** The same as `version`, under the name the family knows. */
      runtimeVersion: Type.String(),
      channelSummary: Type.Array(Type.String()),
      queuedSystemEvents: Type.Array(Type.String()),
      recentSessions: Type.Array(
        closed({
          key: Type.String(),
          sessionId: Type.String(),
          updatedAt: timestamp(),
          /** Milliseconds. */
          age: count(),
          model: Type.String(),
          totalTokens: count(),
        }),
      ),
      defaultModel: Type.String(),
    }),
    example: {
      params: {},
      result: {
        version: "0.1.0",
        startedAt: 1_767_225_600_000,
        uptimeMs: 1200,
        clients: 1,
        sessions: 1,
        activeRuns: 0,
        queuedInputs: 0,
        rssBytes: 71_303_168,
        eventLoopLagMs: 2,
        runtimeVersion: "0.1.0",
        channelSummary: [],
        queuedSystemEvents: [],
        recentSessions: [],
        defaultModel: "offline/demo",
        health: exampleHealth,
      },
    },
  }),
  "system-presence": method({
    scope: "operator.read",
    summary: "Who is connected, the newest first, and the devices that told of themselves in the last five minutes.",
    params: closed({}),
    result: Type.Array(PresenceEntry),
    example: {
      params: {},
      result: [
        {
          connId: "c1",
          clientId: "koi-cli",
          version: "0.1.0",
          platform: "linux",
          mode: "cli",
          role: "operator",
          connectedAt: 1_767_225_600_000,
          lastSeenAt: 1_767_225_601_000,
          ts: 1_767_225_601_000,
          reason: "connect",
        },
      ],
    },
  }),
} as const;
