import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { readEvents, type ReceivedEvent } from "../testing/event-stream.ts";
import { openPlatform, problemIn, type Person, type Platform } from "../testing/platform.ts";

let platform: Platform;
let owner: Person;
let stranger: Person;
beforeAll(async () => {
  platform = await openPlatform();
  [owner, stranger] = await Promise.all([platform.signUp("Owner"), platform.signUp("Stranger")]);
});
afterAll(async () => await platform.close());

const follow = async (agentId: string, headers: Record<string, string> = {}, query = "") =>
  readEvents(await owner.call(`/api/agents/${agentId}/events${query}`, { headers }));

/** One step of the reconciler: a phase with its timeline event. */
const advance = async (instanceId: string, step: string): Promise<void> => {
  const found = await platform.control.fleet.load(instanceId);
  if (!found) throw new Error("the instance is gone");
  await platform.control.fleet.record(found.instance, {}, [{ step, state: "info", title: `Step ${step}` }]);
};

const isStep = (step: string) => (event: ReceivedEvent) =>
  event.event === "timeline" && JSON.stringify(event.data).includes(`"${step}"`);
const idsOf = (events: readonly ReceivedEvent[]) => events.flatMap(({ id }) => (id === undefined ? [] : [Number(id)]));

describe("the event stream of an agent", () => {
  it("begins with the whole timeline and the agent, and goes on as things happen", async () => {
    const { id, instance } = await platform.agentOf(owner);
    const events = await follow(id);
    const first = await events.until(({ event }) => event === "agent");
    expect(first[0]).toMatchObject({ event: "timeline", data: { step: "requested", state: "done" } });
    expect(first.at(-1)).toMatchObject({ id: undefined, data: { id, phase: "ready", gatewayVersion: "1.2.3" } });

    const startedAt = performance.now();
    await advance(instance.id, "later");
    const [event] = await events.until(isStep("later"));
    expect(event).toMatchObject({ event: "timeline", data: { instanceId: instance.id, title: "Step later" } });
    // Much sooner than the slow look that only catches lost hints.
    expect(performance.now() - startedAt).toBeLessThan(1_500);
    await events.cancel();
  });

  it("tells each change of the agent, and never the same state twice", async () => {
    const { id, instance } = await platform.agentOf(owner);
    const events = await follow(id);
    await events.until(({ event }) => event === "agent");
    await advance(instance.id, "nothing-changes");
    const found = await platform.control.fleet.load(instance.id);
    if (!found) throw new Error("the instance is gone");
    await platform.control.fleet.record(found.instance, { phase: "degraded" }, []);
    const seen = await events.until(({ event }) => event === "agent");
    expect(seen.at(-1)?.data).toMatchObject({ phase: "degraded" });
    await events.cancel();
  });

  it("resumed anywhere gives every event exactly once, while new ones are being written", async () => {
    const { id, instance } = await platform.agentOf(owner);
    const total = 40;
    const writing = (async () => {
      for (let step = 1; step <= total; step++) await advance(instance.id, `step-${step}`);
    })();

    const received: number[] = [];
    for (let round = 0; ; round++) {
      const last = received.at(-1) ?? 0;
      // By header as a browser that reconnects does, and by query as a page that knows where it was.
      const events = await (round % 2
        ? follow(id, { "last-event-id": String(last) })
        : follow(id, {}, `?after=${last}`));
      let done = false;
      for (let taken = 0; taken < 7 && !done;) {
        const event = await events.next();
        received.push(...idsOf([event]));
        taken += event.id === undefined ? 0 : 1;
        done = isStep(`step-${total}`)(event);
      }
      await events.cancel();
      if (done) break;
    }
    await writing;

    expect(received).toEqual(await readWhole(id));
  });

  it("believes the browser's own memory more than the address it once opened", async () => {
    const { id } = await platform.agentOf(owner);
    const ids = await readWhole(id);
    const last = ids.at(-1) ?? 0;
    const events = await follow(id, { "last-event-id": String(last) }, "?after=0");
    expect((await events.next()).event).toBe("agent");
    await events.cancel();
  });

  it("ends when the agent is gone", async () => {
    const { id, instance } = await platform.agentOf(owner);
    const events = await follow(id);
    await events.until(({ event }) => event === "agent");
    await owner.call(`/api/agents/${id}`, { method: "DELETE" });
    const removal = await events.until(({ event }) => event === "agent");
    expect(removal.at(-1)?.data).toMatchObject({ desired: "terminated" });
    const found = await platform.control.fleet.load(instance.id);
    if (found) await platform.control.fleet.record(found.instance, { phase: "terminated" }, []);
    await events.until(({ data }) => JSON.stringify(data).includes(`"terminated"`));
    await events.cancel();
  });

  it("is only there for the agent's own organization", async () => {
    const { id } = await platform.agentOf(owner);
    const answer = await stranger.call(`/api/agents/${id}/events`);
    expect((await problemIn(answer)).code).toBe("NOT_FOUND");
  });

  it("carries nothing of another agent", async () => {
    const [mine, other] = [await platform.agentOf(owner), await platform.agentOf(stranger)];
    const events = await follow(mine.id);
    await events.until(({ event }) => event === "agent");
    await advance(other.instance.id, "foreign");
    await advance(mine.instance.id, "own");
    const seen = await events.until(isStep("own"));
    expect(JSON.stringify(seen)).not.toContain("foreign");
    await events.cancel();
  });

  it("is told to the browser as a stream that nobody may cache or buffer", async () => {
    const { id } = await platform.agentOf(owner);
    const answer = await owner.call(`/api/agents/${id}/events`);
    expect(answer.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(answer.headers.get("cache-control")).toBe("no-store, no-transform");
    await answer.body?.cancel();
  });

  it("ends when the platform stops", async () => {
    const stopping = await openPlatform();
    try {
      const person = await stopping.signUp("Ada");
      const agent = await stopping.agentOf(person);
      const events = readEvents(await person.call(`/api/agents/${agent.id}/events`));
      await events.until(({ event }) => event === "agent");
      stopping.api.close();
      expect(await events.rest()).toEqual([]);
    } finally {
      await stopping.close();
    }
  });
});

const readWhole = async (agentId: string): Promise<number[]> => {
  const events = await follow(agentId);
  const seen = await events.until(({ event }) => event === "agent");
  await events.cancel();
  return idsOf(seen);
};
