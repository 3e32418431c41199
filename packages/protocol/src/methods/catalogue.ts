/** Methods that list what a gateway has: tools, channels; and those of the family of which a Koi never has any. */

import { Type } from "typebox";

import { closed, oneOf, text, timestamp } from "../closed.ts";
import { method } from "../method.ts";

const PROFILES = ["minimal", "coding", "messaging", "full"] as const;

const account = closed({
  accountId: Type.String(),
  enabled: Type.Boolean(),
  configured: Type.Boolean(),
  running: Type.Boolean(),
  connected: Type.Boolean(),
});

const byChannel = <T extends Parameters<typeof Type.Record>[1]>(value: T) => Type.Record(Type.String(), value);

const scoped = { sessionKey: Type.Optional(text(512)), agentId: Type.Optional(text(64)) };

export const catalogueMethods = {
  "tools.catalog": method({
    scope: "operator.read",
    summary: "The agent's tools by group, and whether the policy in force lets it use each.",
    params: closed({ agentId: Type.Optional(text(64)), includePlugins: Type.Optional(Type.Boolean()) }),
    result: closed({
      agentId: Type.String(),
      /** The one in force. */
      profile: oneOf(PROFILES),
      profiles: Type.Array(closed({ id: oneOf(PROFILES), label: Type.String() })),
      groups: Type.Array(
        closed({
          id: Type.String(),
          label: Type.String(),
          source: Type.Literal("core"),
          tools: Type.Array(
            closed({
              id: Type.String(),
              label: Type.String(),
              description: Type.String(),
              source: Type.Literal("core"),
              /** Profiles that hold it. */
              defaultProfiles: Type.Array(oneOf(PROFILES)),
              allowed: Type.Boolean(),
            }),
          ),
        }),
      ),
    }),
    example: {
      params: {},
      result: {
        agentId: "main",
        profile: "full",
        profiles: [{ id: "full", label: "Full" }],
        groups: [
          {
            id: "fs",
            label: "Files",
            source: "core",
            tools: [
              {
                id: "ls",
                label: "ls",
                description: "Lists a directory.",
                source: "core",
                defaultProfiles: ["coding", "full"],
                allowed: true,
              },
            ],
          },
        ],
      },
    },
  }),
  "channels.status": method({
    scope: "operator.read",
    summary:
      "The ways a message can reach people: the sockets of clients (webchat), and the channels that are connected.",
    params: closed({
      probe: Type.Optional(Type.Boolean()),
      timeoutMs: Type.Optional(Type.Integer({ minimum: 0 })),
      channel: Type.Optional(text(64)),
    }),
    result: closed({
      ts: timestamp(),
      channelOrder: Type.Array(Type.String()),
      channelLabels: byChannel(Type.String()),
      channels: byChannel(closed({ configured: Type.Boolean(), running: Type.Boolean(), connected: Type.Boolean() })),
      channelAccounts: byChannel(Type.Array(account)),
      channelDefaultAccountId: byChannel(Type.String()),
    }),
    example: {
      params: {},
      result: {
        ts: 1_767_225_600_000,
        channelOrder: ["webchat"],
        channelLabels: { webchat: "Web chat" },
        channels: { webchat: { configured: true, running: true, connected: true } },
        channelAccounts: {
          webchat: [{ accountId: "default", enabled: true, configured: true, running: true, connected: true }],
        },
        channelDefaultAccountId: { webchat: "default" },
      },
    },
  }),
  "question.list": method({
    scope: "operator.read",
    summary: "For clients of the family: a Koi asks in the conversation, so there is never a question apart from it.",
    params: closed({}),
    result: closed({ questions: Type.Array(Type.Never()) }),
    example: { params: {}, result: { questions: [] } },
  }),
  "plugin.approval.list": method({
    scope: "operator.read",
    summary: "For clients of the family: a Koi has no plugins, so none of them waits for approval.",
    params: closed({}),
    result: Type.Array(Type.Never()),
    example: { params: {}, result: [] },
  }),
  "taskSuggestions.list": method({
    scope: "operator.read",
    summary:
      "For clients of the family: a Koi suggests in the conversation, so there is never a suggestion apart from it.",
    params: closed(scoped),
    result: closed({ suggestions: Type.Array(Type.Never()) }),
    example: { params: {}, result: { suggestions: [] } },
  }),
} as const;
