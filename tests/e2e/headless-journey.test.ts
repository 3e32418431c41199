import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { eventsOf } from "./event-stream.ts";
import { onlyInstance } from "./instance-home.ts";
import { signUp, textOf, type AgentView, type Person } from "./person.ts";
import { emptyDataDir, removeDataDir } from "./data-dir.ts";
import { startSkykoi, type SkykoiProcess } from "./skykoi-process.ts";

let skykoi: SkykoiProcess;
let owner: Person;
let agent: AgentView;

beforeAll(async () => {
  skykoi = await startSkykoi(emptyDataDir());
  owner = await signUp(skykoi.url);
  agent = await owner.createAgent("Ripple");
  await owner.untilPhase(agent.id, "ready");
});
afterAll(async () => {
  await skykoi?.interrupt();
  if (skykoi) removeDataDir(skykoi.dataDir);
});

describe("the journey without a browser", () => {
  it("answers health before anybody signed up", async () => {
    const answer = await fetch(`${skykoi.url}/api/health`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ status: "ok" });
  });

  it("creates an agent that says how its instance comes up, step by step, with durations", async () => {
    const answer = await owner.call("GET", `/api/agents/${agent.id}/events`);
    const steps: Record<string, unknown>[] = [];
    for await (const { event, data } of eventsOf(answer)) {
      if (event !== "timeline") continue;
      steps.push(data);
      if (data.step === "ready") break;
    }
    const done = steps.filter(({ state }) => state === "done").map(({ step }) => step);
    expect(done).toEqual(expect.arrayContaining(["requested", "launching", "enrolling", "verifying"]));
    for (const { state, durationMs } of steps) {
      if (state === "done") expect(durationMs).toEqual(expect.any(Number));
    }
  });

  it("says honestly that the offline demo answers", async () => {
    const events = await owner.say(agent.id, "hello");
    const final = events.at(-1);
    expect(final?.event).toBe("final");
    expect(String(final?.data.text)).toMatch(/offline|demo/i);
  });

  it("streams an answer as deltas, tool and final while the agent really runs a command", async () => {
    const events = await owner.say(agent.id, "run `echo koi-$((20+3))`");
    const kinds = events.map(({ event }) => event);
    expect(kinds).toContain("delta");
    expect(kinds.at(-1)).toBe("final");
    const tools = events.filter(({ event }) => event === "tool");
    expect(tools.at(0)?.data).toMatchObject({ phase: "start", name: "exec" });
    expect(tools.at(-1)?.data).toMatchObject({ phase: "result", name: "exec", isError: false });
    expect(String(tools.at(-1)?.data.result)).toContain("koi-23");
  });

  it("writes a file into the workspace of that agent's own instance", async () => {
    await owner.say(agent.id, "create notes.md with the pond is calm");
    const notes = join(onlyInstance(skykoi.dataDir).workspace, "notes.md");
    expect(readFileSync(notes, "utf8")).toContain("the pond is calm");
    const read = await owner.say(agent.id, "read notes.md");
    expect(String(read.at(-1)?.data.text)).toContain("the pond is calm");
  });

  it("gives everything back in the session, in order", async () => {
    const messages = await owner.history(agent.id);
    const said = messages.filter(({ role }) => role === "user").map(textOf);
    expect(said).toEqual([
      "hello",
      "run `echo koi-$((20+3))`",
      "create notes.md with the pond is calm",
      "read notes.md",
    ]);
    expect(messages.some(({ role }) => role === "toolResult")).toBe(true);
    expect(messages.at(-1)?.role).toBe("assistant");
  });

  it("starts one run for one idempotency key, also when it is sent twice at once", async () => {
    await Promise.all([owner.say(agent.id, "list files", "key-1"), owner.say(agent.id, "list files", "key-1")]);
    const messages = await owner.history(agent.id);
    expect(messages.filter(({ role, runId }) => role === "user" && runId === "key-1")).toHaveLength(1);
  });

  it("wrote the workspace seeds and a private configuration for the instance", () => {
    const { workspace, config } = onlyInstance(skykoi.dataDir);
    for (const seed of ["AGENTS.md", "SOUL.md", "USER.md", "TOOLS.md", "IDENTITY.md", "HEARTBEAT.md"]) {
      expect(existsSync(join(workspace, seed))).toBe(true);
    }
    expect(readFileSync(join(workspace, "IDENTITY.md"), "utf8")).toContain("Ripple");
    expect(existsSync(config)).toBe(true);
  });

  it("leaves no token in the process's output or the gateway's log", () => {
    const { directory, config } = onlyInstance(skykoi.dataDir);
    const token = /gwt_[\w-]+/.exec(readFileSync(config, "utf8"))?.[0];
    expect(token).toBeDefined();
    const log = readFileSync(join(directory, "gateway.log"), "utf8");
    expect(log + skykoi.output()).not.toContain(token);
    expect(log + skykoi.output()).not.toMatch(/enr_[\w-]{10}/);
  });
});

describe("two people", () => {
  it("never see each other's agents: not in the list, by id, in streams, by message, session or ticket", async () => {
    const stranger = await signUp(skykoi.url);
    expect(await (await stranger.call("GET", "/api/agents")).json()).toEqual({ agents: [] });
    const attempts = [
      stranger.call("GET", `/api/agents/${agent.id}`),
      stranger.call("DELETE", `/api/agents/${agent.id}`),
      stranger.call("GET", `/api/agents/${agent.id}/events`),
      stranger.call("GET", `/api/agents/${agent.id}/sessions`),
      stranger.call("GET", `/api/agents/${agent.id}/sessions/main`),
      stranger.call("POST", `/api/agents/${agent.id}/messages`, { text: "hello" }),
      stranger.call("POST", `/api/agents/${agent.id}/tickets`, {}),
      stranger.call("POST", `/api/agents/${agent.id}/retry`, {}),
    ];
    for (const answer of await Promise.all(attempts)) {
      expect([answer.url, answer.status]).toEqual([answer.url, 404]);
    }
    expect((await owner.agent(agent.id)).phase).toBe("ready");
  });
});

interface Problem {
  readonly code: string;
  readonly status: number;
}

const problem = async (answer: Response) => {
  const { code, status }: Problem = JSON.parse(await answer.text());
  return { http: answer.status, status, code, type: answer.headers.get("content-type")?.split(";")[0] };
};

const expected = (status: number, code: string) => ({ http: status, status, code, type: "application/problem+json" });

describe("bad input", () => {
  it("gets the documented error each time, and the process lives", async () => {
    expect(await problem(await owner.call("POST", "/api/agents", { name: "x".repeat(10_000) }))).toEqual(
      expected(400, "INVALID_REQUEST"),
    );
    expect(await problem(await owner.call("POST", "/api/agents", { name: "Koi", colour: "red" }))).toEqual(
      expected(400, "INVALID_REQUEST"),
    );
    expect(
      await problem(await owner.call("POST", "/api/agents", "name=Koi", { "content-type": "text/plain" })),
    ).toEqual(expected(415, "UNSUPPORTED_MEDIA_TYPE"));
    expect(await problem(await owner.call("POST", "/api/agents", "{name:"))).toEqual(expected(400, "INVALID_REQUEST"));
    expect(await problem(await owner.call("GET", "/api/agents/agt_unknown"))).toEqual(expected(404, "NOT_FOUND"));
    expect(await problem(await owner.call("GET", "/api/nothing"))).toEqual(expected(404, "NOT_FOUND"));
    expect(
      await problem(await owner.call("POST", "/api/agents", { name: "Koi", purpose: "x".repeat(2_000_000) })),
    ).toEqual(expected(413, "PAYLOAD_TOO_LARGE"));
    expect(await problem(await fetch(`${skykoi.url}/api/agents`))).toEqual(expected(401, "UNAUTHENTICATED"));
    expect((await fetch(`${skykoi.url}/api/health`)).status).toBe(200);
  });
});
