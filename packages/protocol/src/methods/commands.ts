/** The commands that a person may write into the chat. */

import { Type } from "typebox";

import { closed, oneOf, text } from "../closed.ts";
import { method } from "../method.ts";

export const commandMethods = {
  "commands.list": method({
    scope: "operator.read",
    summary: "The commands of the chat: a message that begins with one is carried out by the gateway itself.",
    params: closed({
      agentId: Type.Optional(text(64)),
      // What clients of the family send along; every command is shown, as text.
      provider: Type.Optional(Type.String()),
      scope: Type.Optional(Type.String()),
      includeArgs: Type.Optional(Type.Boolean()),
    }),
    result: closed({
      commands: Type.Array(
        closed({
          name: Type.String(),
          textAliases: Type.Array(Type.String()),
          description: Type.String(),
          source: oneOf(["native"]),
          scope: oneOf(["text"]),
          acceptsArgs: Type.Boolean(),
          /** "[model] [text]" */
          argument: Type.String(),
        }),
      ),
    }),
    example: {
      params: {},
      result: {
        commands: [
          {
            name: "stop",
            textAliases: ["/stop"],
            description: "Stops what runs and drops what waits.",
            source: "native",
            scope: "text",
            acceptsArgs: false,
            argument: "",
          },
        ],
      },
    },
  }),
} as const;
