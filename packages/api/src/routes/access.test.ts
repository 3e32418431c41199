import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { Phase } from "@skykoi/control";
import { cannedAnswer } from "../testing/canned-answers.ts";
import { contentOf, openPlatform, problemIn, type Person, type Platform } from "../testing/platform.ts";
import { createScriptedGateway } from "../testing/scripted-gateway.ts";

let platform: Platform;
let owner: Person;
let stranger: Person;
beforeAll(async () => {
  const gateway = createScriptedGateway(cannedAnswer);
  platform = await openPlatform({ openGateway: gateway.open });
  [owner, stranger] = await Promise.all([platform.signUp("Owner"), platform.signUp("Stranger")]);
});
afterAll(async () => await platform.close());

interface Row {
  /** The status each caller gets; `stranger` is signed in and belongs to another organization. */
  readonly anonymous: number;
  readonly owner: number;
  readonly stranger: number;
  readonly body?: unknown;
  readonly phase?: Phase;
}

const OWN = (ownerStatus: number): Row => ({ anonymous: 401, owner: ownerStatus, stranger: 404 });
const PERSONAL = (status: number): Row => ({ anonymous: 401, owner: status, stranger: status });
/** People have no business here, signed in or not. */
const INSTANCE: Row = { anonymous: 401, owner: 401, stranger: 401 };

const ROWS: Readonly<Record<string, Row>> = {
  "GET /api/health": { anonymous: 200, owner: 200, stranger: 200 },
  "GET /api/me": PERSONAL(200),
  "GET /api/agents": PERSONAL(200),
  "POST /api/agents": { ...PERSONAL(201), body: { name: "New" } },
  "GET /api/agents/:id": OWN(200),
  "DELETE /api/agents/:id": OWN(202),
  "POST /api/agents/:id/retry": { ...OWN(202), phase: "failed" },
  "GET /api/agents/:id/events": OWN(200),
  "POST /api/agents/:id/messages": { ...OWN(200), body: { text: "Hello" } },
  "GET /api/agents/:id/sessions": OWN(200),
  "GET /api/agents/:id/sessions/:key": OWN(200),
  "POST /api/agents/:id/tickets": OWN(201),
  "POST /api/enrol/exchange": { ...INSTANCE, body: {} },
  "POST /api/enrol/progress": { ...INSTANCE, body: { step: "config", state: "done", title: "Configured" } },
  "POST /api/enrol/complete": { ...INSTANCE, body: { gatewayVersion: "1", gatewayUrl: "ws://127.0.0.1:2" } },
};

describe("who may call what", () => {
  it("has a row for every route that is served, and no row for one that is not", () => {
    const served = platform.api.routes.map(({ method, path }) => `${method} ${path}`);
    expect(Object.keys(ROWS).toSorted()).toEqual(served.toSorted());
  });

  it.each(Object.entries(ROWS))("%s", async (name, row) => {
    const [method = "", pattern = ""] = name.split(" ");
    const agent = pattern.includes(":id") ? await platform.agentOf(owner, row.phase) : undefined;
    const path = pattern.replace(":id", agent?.id ?? "").replace(":key", "main");
    const request = { method, ...(row.body === undefined ? {} : { body: row.body }) };

    const byAnonymous = await platform.call(path, request);
    expect(byAnonymous.status).toBe(row.anonymous);
    const byStranger = await stranger.call(path, request);
    expect(byStranger.status).toBe(row.stranger);
    const byOwner = await owner.call(path, request);
    expect(byOwner.status).toBe(row.owner);

    for (const answer of [byAnonymous, byStranger, byOwner]) {
      expect(answer.headers.get("cache-control")).toContain("no-store");
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
      if (answer.status >= 400) await problemIn(answer);
    }
    const route = platform.api.routes.find((entry) => entry.method === method && entry.path === pattern);
    const described = route?.responses[byOwner.status];
    if (byOwner.ok) expect(described).toBeDefined();
    if (described?.schema) await contentOf(byOwner, described.schema);
    await byOwner.body?.cancel().catch(() => undefined);
  });
});

describe("two organizations", () => {
  it("never see each other's agents in a list", async () => {
    const agent = await platform.agentOf(owner);
    const lists = await Promise.all(
      [owner, stranger].map(async (person) => await (await person.call("/api/agents")).text()),
    );
    expect(lists[0]).toContain(agent.id);
    expect(lists[1]).not.toContain(agent.id);
  });

  it("cannot tell an agent of the other from one that does not exist", async () => {
    const { id } = await platform.agentOf(owner);
    const missing = `${id.slice(0, -4)}0000`;
    const answers = await Promise.all(
      [id, missing].map(async (agentId) => await (await stranger.call(`/api/agents/${agentId}`)).json()),
    );
    expect(answers[0]).toEqual(answers[1]);
  });
});

describe("an agent that is not ready", () => {
  it.each(["messages", "sessions"])("answers %s with AGENT_NOT_READY and a sentence", async (part) => {
    const { id } = await platform.agentOf(owner, "booting");
    const answer = await owner.call(`/api/agents/${id}/${part}`, part === "messages" ? { body: { text: "Hi" } } : {});
    expect(await problemIn(answer)).toMatchObject({
      status: 409,
      code: "AGENT_NOT_READY",
      detail: expect.stringContaining("starting"),
    });
  });
});
