/** A gateway that is sent garbage: it answers what is documented, and goes on. */

import { isFaultCode, type FaultCode } from "@skykoi/fault";
import { openRawClient, startTestGateway, TOKEN, type RawClient, type TestGateway } from "@skykoi/gateway/testing";
import { CLOSE, METHODS } from "@skykoi/protocol";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";

import { mutateFrame } from "./mutate.ts";
import { createRandom, rerun, SEED, sized, type Random } from "./random.ts";

const FRAMES = sized({ short: 20_000, long: 1_000_000 });
/** Frames under way at the same time, so that a run takes minutes and not hours. */
const BATCH = 250;
const DOCUMENTED_CLOSES = new Set<number>(Object.values(CLOSE));

let test: TestGateway;
const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);

beforeAll(async () => {
  test = await startTestGateway({ limits: { maxInvalidFrames: BATCH * 2 } });
  process.on("unhandledRejection", note);
});
afterEach(() => expect(unhandled).toEqual([]));
afterAll(async () => {
  process.removeListener("unhandledRejection", note);
  await test.stop();
});

/** Every method with the parameters of its documentation, as a client may send them. */
const CORPUS = Object.entries(METHODS).map(([method, { example }]) => ({ method, params: example.params }));

const send = (client: RawClient, random: Random, id: string): void => {
  const { method, params } = CORPUS[random.below(CORPUS.length)] ?? { method: "health", params: {} };
  client.sendText(mutateFrame(random, JSON.parse(JSON.stringify({ type: "req", id, method, params }))));
};

/** Every answer so far conforms to the protocol (the client checks that) and names a code of the catalogue. */
const expectDocumented = (client: RawClient): number => {
  const responses = client.takeResponses();
  for (const response of responses) {
    if (response.ok) continue;
    const { code, message } = response.error;
    expect(isFaultCode(code), `${code}: ${message}`).toBe(true);
    expect(message.length).toBeGreaterThan(0);
    // An internal fault is a bug of the gateway, whatever the client sent.
    expect(code, `${message} ${rerun(SEED)}`).not.toBe("INTERNAL" satisfies FaultCode);
  }
  return responses.length;
};

it(
  `answers ${FRAMES.toLocaleString("en")} mutated frames as documented and still works afterwards (seed ${SEED})`,
  async () => {
    const random = createRandom(SEED);
    // Reading and writing, not administration: a frame that is valid by chance must not stop the gateway for good.
    const connect = () => test.client({ scopes: ["operator.read", "operator.write"] });
    let client = await connect();
    let answers = 0;
    for (let sent = 0; sent < FRAMES; sent += BATCH) {
      for (let index = 0; index < BATCH; index++) send(client, random, String(index));
      const closed = await Promise.race([client.closed, client.barrier().then(() => undefined)]);
      answers += expectDocumented(client);
      if (closed === undefined) continue;
      expect(DOCUMENTED_CLOSES, `${closed.reason} ${rerun(SEED)}`).toContain(closed.code);
      client = await connect();
    }
    client.socket.terminate();
    // The rest were under way when a connection was closed.
    expect(answers).toBeGreaterThan(FRAMES / 2);

    const sane = await test.client();
    expect(await sane.converse(`after-${SEED}`, "hello", "agent:main:after")).toMatchObject({ state: "final" });
  },
  sized({ short: 120_000, long: 60 * 60_000 }),
);

it(
  `refuses mutated handshakes with a documented code (seed ${SEED})`,
  async () => {
    const random = createRandom(SEED + 1);
    const params = {
      minProtocol: 3,
      maxProtocol: 4,
      client: { id: "fuzz", version: "1", platform: "linux", mode: "test" },
      role: "operator",
      scopes: ["operator.read"],
      caps: [],
      auth: { token: `${TOKEN}x` },
      device: { id: "d", publicKey: "k", signature: "s", signedAt: 1, nonce: "n" },
    };
    for (let round = 0; round < sized({ short: 100, long: 2000 }); round++) {
      const client = openRawClient(test.gateway.url, TOKEN);
      await client.challenge();
      client.sendText(mutateFrame(random, { type: "req", id: "c", method: "connect", params }));
      const closed = await client.closed;
      expectDocumented(client);
      expect(DOCUMENTED_CLOSES, `${closed.reason} ${rerun(SEED)}`).toContain(closed.code);
    }
  },
  sized({ short: 60_000, long: 600_000 }),
);
