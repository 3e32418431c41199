/** Routes about the platform and the person: health, me. */

import { Type } from "typebox";

import { NoBody, Nothing, json, route, type Route } from "../http/route.ts";
import { closed } from "../http/shapes.ts";
import type { HealthView, MeView } from "../views.ts";
import type { Parts } from "./parts.ts";

const Model = closed({ ref: Type.String(), demo: Type.Boolean() });
const Role = Type.Enum(["OWNER", "ADMIN", "MEMBER", "VIEWER"]);

export const platformRoutes = ({ control, version, model }: Parts): Route[] => [
  route({
    method: "GET",
    path: "/api/health",
    access: "anonymous",
    summary: "Whether this process answers, its version and the model new agents get.",
    params: Nothing,
    query: Nothing,
    body: NoBody,
    responses: {
      200: {
        description: "It answers.",
        schema: closed({ status: Type.Literal("ok"), version: Type.String(), model: Model }),
      },
    },
    handler: () => json(200, { status: "ok", version, model } satisfies HealthView),
  }),
  route({
    method: "GET",
    path: "/api/me",
    access: "user",
    summary: "The signed-in person, the organization they act in and their role there.",
    params: Nothing,
    query: Nothing,
    body: NoBody,
    responses: {
      200: {
        description: "Who is asking.",
        schema: closed({
          user: closed({ id: Type.String(), name: Type.String(), email: Type.String() }),
          organization: closed({ id: Type.String(), name: Type.String(), role: Role }),
          model: Model,
        }),
      },
    },
    handler: async ({ caller }) => {
      const { id, name } = await control.organization(caller);
      return json(200, {
        user: { id: caller.userId, name: caller.name, email: caller.email },
        organization: { id, name, role: caller.role },
        model,
      } satisfies MeView);
    },
  }),
];
