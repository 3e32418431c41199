/** Methods about the agents and models of this gateway. */

import { Type } from "typebox";

import { closed, count, oneOf } from "../closed.ts";
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
    params: closed({}),
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
          },
        ],
      },
    },
  }),
} as const;
