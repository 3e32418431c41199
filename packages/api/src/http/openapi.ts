/** The OpenAPI 3.1 document of a route table; TypeBox schemas already are JSON Schema. */

import type { ResponseSpec, Route } from "./route.ts";

const PROBLEM = {
  type: "object",
  required: ["type", "title", "status", "code", "detail"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    code: { type: "string" },
    detail: { type: "string" },
    errors: {
      type: "array",
      items: { type: "object", properties: { path: { type: "string" }, message: { type: "string" } } },
    },
  },
};

const SECURITY = { anonymous: [], user: [{ session: [] }], enrolment: [{ enrolment: [] }] } as const;

export const openApiDocument = (routes: readonly Route[], version: string): unknown => {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "SkyKoi API", version },
    paths,
    components: {
      schemas: { Problem: PROBLEM },
      securitySchemes: {
        session: { type: "apiKey", in: "cookie", name: "skykoi.session_token" },
        enrolment: { type: "http", scheme: "bearer" },
      },
    },
  };
};

const operation = (route: Route): unknown => ({
  summary: route.summary,
  security: SECURITY[route.access],
  parameters: [...parameters(route, "params", "path"), ...parameters(route, "query", "query")],
  ...(route.body ? { requestBody: { required: true, content: { "application/json": { schema: route.body } } } } : {}),
  responses: {
    ...Object.fromEntries(Object.entries(route.responses).map(([status, spec]) => [status, response(spec)])),
    default: {
      description: "A problem.",
      content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
    },
  },
});

const response = ({ description, contentType = "application/json", schema }: ResponseSpec): unknown => {
  if (contentType === "text/event-stream") return { description, content: { [contentType]: {} } };
  return { description, ...(schema ? { content: { [contentType]: { schema } } } : {}) };
};

const parameters = (route: Route, part: "params" | "query", place: "path" | "query"): unknown[] => {
  const properties: unknown = Reflect.get(route[part], "properties");
  if (typeof properties !== "object" || properties === null) return [];
  return Object.entries(properties).map(([name, schema]: [string, unknown]) => ({
    name,
    in: place,
    required: place === "path",
    schema,
  }));
};
