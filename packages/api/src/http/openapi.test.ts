import { afterAll, beforeAll, expect, it } from "vitest";

import { openPlatform, type Platform } from "../testing/platform.ts";

let platform: Platform;
beforeAll(async () => {
  platform = await openPlatform();
});
afterAll(async () => await platform.close());

it("the OpenAPI document describes every route with its parameters, body, answers and who may call it", async () => {
  const answer = await platform.call("/api/openapi.json");
  expect(answer.status).toBe(200);
  const document: unknown = await answer.json();
  for (const { method, path } of platform.api.routes) {
    const documented = path.replaceAll(/:(\w+)/g, "{$1}");
    expect(document).toHaveProperty(["paths", documented, method.toLowerCase(), "responses", "default"]);
  }
  expect(document).toMatchObject({
    openapi: "3.1.0",
    info: { version: "1.2.3" },
    paths: {
      "/api/agents": {
        post: {
          security: [{ session: [] }],
          requestBody: { content: { "application/json": { schema: { required: ["name"] } } } },
          responses: { 201: { content: { "application/json": { schema: { type: "object" } } } } },
        },
      },
      "/api/agents/{id}/events": {
        get: {
          parameters: [
            { name: "id", in: "path", required: true },
            { name: "after", in: "query", required: false },
          ],
          responses: { 200: { content: { "text/event-stream": {} } } },
        },
      },
      "/api/enrol/exchange": { post: { security: [{ enrolment: [] }] } },
    },
  });
});
