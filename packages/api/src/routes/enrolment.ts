/** Routes for instances, not for people: a new instance fetches its configuration and reports how it goes. */

import { fault } from "@skykoi/fault";
import { Type } from "typebox";

import { gatewayUrlProblem } from "../agents/gateway-url.ts";
import { Nothing, empty, json, route, type Route } from "../http/route.ts";
import { closed, text } from "../http/shapes.ts";
import type { Parts } from "./parts.ts";

const done = { 204: { description: "Noted." } };

export const enrolmentRoutes = ({ control, bootstrap }: Parts): Route[] => [
  route({
    method: "POST",
    path: "/api/enrol/exchange",
    access: "enrolment",
    summary: "Exchanges the one-time token for the instance's configuration and workspace. Works once.",
    params: Nothing,
    query: Nothing,
    body: closed({}),
    responses: {
      200: {
        description: "Everything the instance needs to start its gateway.",
        schema: closed({
          instanceId: Type.String(),
          config: Type.String(),
          workspace: closed({
            directory: Type.String(),
            files: Type.Array(closed({ path: Type.String(), text: Type.String() })),
          }),
        }),
      },
    },
    handler: async ({ caller }) => {
      const grant = await control.enrolment.exchange(caller);
      return json(200, { instanceId: grant.instanceId, ...bootstrap(grant) });
    },
  }),
  route({
    method: "POST",
    path: "/api/enrol/progress",
    access: "enrolment",
    summary: "A step of the instance's start, for the timeline.",
    params: Nothing,
    query: Nothing,
    body: closed({
      step: text(64),
      state: Type.Enum(["started", "done", "failed", "info"]),
      title: text(200),
      detail: Type.Optional(Type.Union([Type.String({ maxLength: 4_000 }), Type.Null()])),
      durationMs: Type.Optional(Type.Union([Type.Integer({ minimum: 0, maximum: 86_400_000 }), Type.Null()])),
    }),
    responses: done,
    handler: async ({ caller, body }) => {
      await control.enrolment.progress(caller, body);
      return empty;
    },
  }),
  route({
    method: "POST",
    path: "/api/enrol/complete",
    access: "enrolment",
    summary: "The gateway listens: where it is, and the certificate to pin.",
    params: Nothing,
    query: Nothing,
    body: closed({
      gatewayVersion: text(64),
      gatewayUrl: text(512),
      certificateFingerprint: Type.Optional(text(128)),
    }),
    responses: done,
    handler: async ({ caller, body }) => {
      const problem = gatewayUrlProblem(body.gatewayUrl, body.certificateFingerprint);
      if (problem) {
        throw fault("INVALID_REQUEST", { message: problem, details: [{ path: "gatewayUrl", message: problem }] });
      }
      await control.enrolment.complete(caller, body);
      return empty;
    },
  }),
];
