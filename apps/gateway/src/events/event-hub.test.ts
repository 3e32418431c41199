import type { AgentEvent as AgentPayload } from "@skykoi/protocol";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { ReceivedEvent } from "../testing/conformance.ts";
import type { RawClient } from "../testing/raw-client.ts";
import { finish, scriptedCatalog } from "../testing/scripted-catalog.ts";
import { startTestGateway, type TestGateway } from "../testing/test-gateway.ts";

const WORDS = 40;

let test: TestGateway;
let runs = 0;

beforeAll(async () => {
  test = await startTestGateway({
    catalog: scriptedCatalog(async function* slowly() {
      // Long enough between the words that none are joined.
      for (let word = 0; word < WORDS; word++) {
        yield { type: word % 2 === 0 ? "text-delta" : "reasoning-delta", text: `${word} ` };
        await new Promise((resolve) => setImmediate(resolve));
      }
      yield finish;
    }),
  });
});
afterAll(() => test.stop());

const cursors = (client: RawClient): string[] => client.events.flatMap(({ cursor }) => (cursor ? [cursor] : []));

const position = (cursor: string): number => Number(cursor.split(":")[1]);

describe("resume", () => {
  it("delivers every durable event once and in order, wherever the connection breaks", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 5 }), async (breaks) => {
        const runId = `resume-${++runs}`;
        const sender = await test.client();
        let client = test.open();
        let { cursor } = await client.connect();
        const start = position(cursor);
        const received: ReceivedEvent[] = [];
        await sender.request("chat.send", { sessionKey: "main", message: "go", idempotencyKey: runId });

        const takeOver = (): void => {
          const durable = client.events.filter((event) => event.cursor !== undefined);
          received.push(...durable);
          cursor = durable.at(-1)?.cursor ?? cursor;
        };
        const isEnd = ({ event, payload }: ReceivedEvent): boolean =>
          event === "chat" && payload.runId === runId && payload.state === "final";
        for (const count of breaks) {
          await client.until("events or the end", () =>
            client.events.some(isEnd) || cursors(client).length >= count ? true : undefined,
          );
          client.socket.terminate();
          await client.closed;
          takeOver();
          client = test.open();
          expect((await client.connect({ resume: { cursor } })).cursorExpired).toBeUndefined();
          if (received.some(isEnd)) break;
        }
        await client.until("the end", () => ([...received, ...client.events].some(isEnd) ? true : undefined));
        takeOver();
        const positions = received.map((event) => position(event.cursor ?? ""));
        expect(positions).toEqual(positions.map((_, index) => start + index + 1));
        expect(received.at(-1)).toMatchObject({ event: "chat", payload: { runId, state: "final" } });
        await Promise.all([client.close(), sender.close()]);
      }),
      { numRuns: 12 },
    );
  });

  it.each(["another:1", "nonsense", "another:999999"])("says that the cursor %s is not known", async (cursor) => {
    const client = test.open();
    expect((await client.connect({ resume: { cursor } })).cursorExpired).toBe(true);
  });

  it("says that a cursor is too old when its events are gone", async () => {
    const small = await startTestGateway({ limits: { maxLoggedEvents: 3, maxJournalBytes: 8 } });
    try {
      const client = small.open();
      const { cursor } = await client.connect();
      for (const runId of ["a", "b"]) await client.converse(runId, "hi");
      const late = small.open();
      const hello = await late.connect({ resume: { cursor } });
      expect(hello.cursorExpired).toBe(true);
      const history = await late.request("chat.history", { sessionKey: "main" });
      expect(history.cursor).toBe(hello.cursor);
      expect(history.messages).toHaveLength(4);
    } finally {
      await small.stop();
    }
  });

  it("replays nothing to a client that may not read", async () => {
    const reader = test.open();
    const { cursor } = await reader.connect();
    await reader.converse(`private-${++runs}`, "hi");
    const blind = test.open();
    await blind.connect({ resume: { cursor }, scopes: ["operator.pairing"] });
    await blind.ask("health");
    expect(cursors(blind)).toEqual([]);
  });
});

describe("events of a run", () => {
  it("are numbered from 1 without gaps, whatever their kind", async () => {
    const client = await test.client();
    const runId = `numbered-${++runs}`;
    await client.converse(runId, "hi");
    const seqs = client.events.flatMap(({ event, payload }) =>
      (event === "chat" || event === "agent") && payload.runId === runId ? [payload.seq] : [],
    );
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  });

  it("hold the text of an assistant message once as a whole", async () => {
    const client = await test.client();
    const runId = `whole-${++runs}`;
    await client.converse(runId, "hi");
    const agent = client.events.flatMap(({ event, payload }): AgentPayload[] =>
      event === "agent" && payload.runId === runId ? [payload] : [],
    );
    const whole = agent.filter(({ stream }) => stream === "assistant");
    const text = Array.from({ length: WORDS / 2 }, (_, word) => `${word * 2} `).join("");
    expect(whole).toMatchObject([{ data: { text } }]);
    expect(agent.map(({ stream }) => stream).filter((stream) => stream !== "reasoning")).toEqual([
      "lifecycle",
      "assistant",
      "usage",
      "lifecycle",
    ]);
  });
});
