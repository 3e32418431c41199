/** Methods about skills: instructions that the agent reads when they fit. */

import { Type } from "typebox";

import { closed, oneOf } from "../closed.ts";
import { method } from "../method.ts";

export const skillMethods = {
  "skills.status": method({
    scope: "operator.read",
    summary: "Every skill that was found, whether it can be used, and why not.",
    params: closed({}),
    result: closed({
      skills: Type.Array(
        closed({
          name: Type.String(),
          /** Empty for a malformed one. */
          description: Type.String(),
          source: oneOf(["workspace", "managed", "configured", "bundled"]),
          directory: Type.String(),
          state: oneOf(["ready", "unmet", "shadowed", "malformed"]),
          reasons: Type.Array(Type.String()),
        }),
      ),
    }),
    example: {
      params: {},
      result: {
        skills: [
          {
            name: "git-repository",
            description: "Works in a git repository without losing anybody's work.",
            source: "bundled",
            directory: "/opt/skykoi/koi-chunks/bundled/git-repository",
            state: "unmet",
            reasons: ["the program git is not installed"],
          },
        ],
      },
    },
  }),
} as const;
