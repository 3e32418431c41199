/** Many clients, some of which do not read: the others get everything, once and in order, and the slow ones are closed. */

import { finish, scriptedCatalog, startTestGateway, type RawClient } from "@skykoi/gateway/testing";
import { CLOSE } from "@skykoi/protocol";
import { expect, it } from "vitest";

import { sized } from "./random.ts";

const CLIENTS = sized({ short: 30, long: 1000 });
const SLOW = sized({ short: 3, long: 100 });
/** Handshakes at the same time. */
const BATCH = 20;
/** Together more than the gateway and the system's buffers hold of what a client does not read. */
const TURNS = 12;
const PIECE = "x".repeat(64 * 1024);
const PIECES = 4;
/** Of a client that did not even read its goodbye for some seconds. */
const NO_GOODBYE = 1006;
const MAX_BUFFERED_BYTES = 2 * 1024 * 1024;

/** What a client has heard so far. */
interface Heard {
  readonly client: RawClient;
  readonly seqs: number[];
  readonly finals: string[];
  /** Characters of the answer, by run id. */
  readonly text: Map<string, number>;
}

it(
  `serves ${CLIENTS} clients of which ${SLOW} do not read`,
  async () => {
    const test = await startTestGateway({
      limits: { maxBufferedBytes: MAX_BUFFERED_BYTES },
      catalog: scriptedCatalog(async function* large() {
        for (let piece = 0; piece < PIECES; piece++) yield { type: "text-delta", text: PIECE };
        yield finish;
      }),
    });
    try {
      const clients: RawClient[] = [];
      while (clients.length < CLIENTS) {
        const some = Array.from({ length: Math.min(BATCH, CLIENTS - clients.length) }, () => test.client());
        clients.push(...(await Promise.all(some)));
      }
      const slow = clients.slice(0, SLOW);
      const readers = clients.slice(SLOW).map((client): Heard => ({ client, seqs: [], finals: [], text: new Map() }));
      for (const { socket } of slow) socket.pause();
      const sender = await test.client({ scopes: ["operator.write"] });

      const runIds = Array.from({ length: TURNS }, (_, turn) => `turn-${turn}`);
      for (const runId of runIds) {
        await sender.request("chat.send", { sessionKey: "main", message: "go", idempotencyKey: runId });
        await Promise.all(readers.map(({ client }) => client.ended(runId)));
        for (const reader of readers) take(reader);
      }
      for (const { client } of readers) await client.barrier();
      for (const reader of readers) take(reader);
      for (const { seqs, finals, text } of readers) {
        expect(seqs).toEqual(seqs.map((_, index) => index + 1));
        expect(finals).toEqual(runIds);
        for (const runId of runIds) expect(text.get(runId)).toBe(PIECES * PIECE.length);
      }
      const asker = await test.client();
      const connected = async (): Promise<number> => (await asker.request("status", {})).clients;
      await expect.poll(connected, { timeout: 20_000 }).toBe(readers.length + 2);
      for (const { socket } of slow) socket.resume();
      const codes = await Promise.all(slow.map(async ({ closed }) => (await closed).code));
      for (const code of codes) expect([CLOSE.slowConsumer, NO_GOODBYE]).toContain(code);
      expect(await asker.request("health", {})).toMatchObject({ activeRuns: 0 });
    } finally {
      await test.stop();
    }
  },
  sized({ short: 120_000, long: 1_800_000 }),
);

/** Takes what has come out of the client, so that a long run does not hold it all. */
const take = ({ client, seqs, finals, text }: Heard): void => {
  for (const { event, seq, payload } of client.events.splice(0)) {
    if (event === "connect.challenge") continue;
    seqs.push(seq ?? Number.NaN);
    if (event !== "chat") continue;
    const { runId } = payload;
    if (payload.state === "delta") text.set(runId, (text.get(runId) ?? 0) + payload.deltaText.length);
    if (payload.state === "final") finals.push(runId);
  }
};
