/** Methods about the agents and models of this gateway. */

import { Type } from "typebox";

import { closed, count, oneOf, text } from "../closed.ts";
import { method } from "../method.ts";

export const agentMethods = {
  "agents.list": method({
    scope: "operator.read",
    summary: "The agents that live on this gateway.",
    params: closed({}),
    result: closed({
      defaultId: Type.String(),
      mainKey: Type.String(),
      scope: oneOf(["per-sender", "global"]),
      agents: Type.Array(
        closed({
          id: Type.String(),
          name: Type.String(),
          workspace: Type.String(),
          model: closed({ primary: Type.String() }),
        }),
      ),
    }),
    example: {
      params: {},
      result: {
        defaultId: "main",
        mainKey: "main",
        scope: "per-sender",
        agents: [{ id: "main", name: "Koi", workspace: "/home/ubuntu/koi", model: { primary: "offline/demo" } }],
      },
    },
  }),
  "models.list": method({
    scope: "operator.read",
    summary: "The configured models and whether each can be used now.",
    params: closed({
      /** Only those of this provider. */
      provider: Type.Optional(text(128)),
      /** Sent by clients of the family; a Koi's answer is complete and the same for each agent. */
      agentId: Type.Optional(text(64)),
      sessionKey: Type.Optional(text(512)),
      view: Type.Optional(text(32)),
      includeDetails: Type.Optional(Type.Boolean()),
      includeProviderCapabilities: Type.Optional(Type.Boolean()),
      includeDefaultModels: Type.Optional(Type.Boolean()),
      preparedOnly: Type.Optional(Type.Boolean()),
      refresh: Type.Optional(Type.Boolean()),
    }),
    result: closed({
      models: Type.Array(
        closed({
          id: Type.String(),
          name: Type.String(),
          provider: Type.String(),
          contextWindow: count(),
          reasoning: Type.Boolean(),
          input: Type.Array(oneOf(["text", "image"])),
          available: Type.Boolean(),
          maxOutputTokens: count(),
          /** The offline model, which is no language model. */
          demo: Type.Boolean(),
          /** What stands for it. */
          aliases: Type.Array(Type.String()),
          /** Whether it is the one of turns that name none. */
          isDefault: Type.Boolean(),
        }),
      ),
    }),
    example: {
      params: {},
      result: {
        models: [
          {
            id: "offline/demo",
            name: "Offline demo",
            provider: "offline",
            contextWindow: 32_000,
            reasoning: false,
            input: ["text"],
            available: true,
            maxOutputTokens: 4096,
            demo: true,
            aliases: ["demo"],
            isDefault: true,
          },
        ],
      },
    },
  }),
} as const;
