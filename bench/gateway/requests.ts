/** What the protocol costs: a request, a connection, the bytes of an answer. */

import { WebSocket } from "ws";

import type { Figure } from "../report.ts";
import { summarize } from "../statistics.ts";
import { connect, TOKEN, type Bench } from "./running-gateway.ts";
import { turn } from "./turn.ts";

const REQUESTS = 2000;
const PIPELINED = 10_000;
const UNDER_WAY = 64;
const CONNECTIONS = 100;
const ANSWER = ["Twenty characters, a", " second time twenty, ", "the end of the line"];

export const benchRequests = async (bench: Bench): Promise<Figure[]> => {
  const { client, port, stop } = await bench.start();
  const oneByOne: number[] = [];
  for (let index = 0; index < REQUESTS; index++) oneByOne.push(await timed(() => client.request("health", {})));
  const startedAt = performance.now();
  let left = PIPELINED;
  const ask = async (): Promise<void> => {
    while (left-- > 0) await client.request("health", {});
  };
  await Promise.all(Array.from({ length: UNDER_WAY }, ask));
  const rate = (PIPELINED * 1000) / (performance.now() - startedAt);

  const hellos: number[] = [];
  for (let index = 0; index < CONNECTIONS; index++) {
    const another = connect(port);
    hellos.push(await timed(() => another.ready()));
    another.close();
  }
  const health = summarize(oneByOne.slice(200));
  const hello = summarize(hellos.slice(10));

  await turn(client, "main");
  const bytes = await bytesOfAnswer(bench, port, client);
  await stop();
  return [
    {
      what: "`health`, p50",
      value: health.p50,
      unit: "ms",
      goal: 0.3,
      openClaw: "0.9 ms",
      note: `p99 ${health.p99.toFixed(2)} ms`,
    },
    {
      what: "`health`, requests a second on one connection",
      value: rate,
      unit: "/s",
      atLeast: 5000,
      openClaw: "580 to 960",
    },
    {
      what: "new connection to hello-ok, p50",
      value: hello.p50,
      unit: "ms",
      goal: 3,
      openClaw: "4.5 ms",
      note: `p99 ${hello.p99.toFixed(1)} ms`,
    },
    {
      what: "bytes to a client for one 60-character answer",
      value: bytes / 1024,
      unit: "KB",
      goal: 4,
      openClaw: "67.6 KB",
    },
  ];
};

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
};

/** Everything that a second client receives from the moment of the message to the last event of its run. */
const bytesOfAnswer = async (bench: Bench, port: number, sender: ReturnType<typeof connect>): Promise<number> => {
  const listener = new WebSocket(`ws://127.0.0.1:${port}`);
  let bytes = 0;
  const opened = Promise.withResolvers<void>();
  listener.on("message", (data: Buffer) => {
    const text = data.toString("utf8");
    if (text.includes('"event":"connect.challenge"')) {
      const client = { id: "bench", version: "0", platform: process.platform, mode: "cli" };
      const params = { minProtocol: 3, maxProtocol: 4, client, auth: { token: TOKEN } };
      listener.send(JSON.stringify({ type: "req", id: "1", method: "connect", params }));
    } else if (text.includes('"type":"hello-ok"')) opened.resolve();
    // Who is connected is told to all, whatever is said.
    else if (!text.includes('"event":"presence"')) bytes += data.length;
  });
  await opened.promise;
  bytes = 0;
  bench.model.reply({ parts: [{ text: ANSWER }] });
  await turn(sender, "main");
  await new Promise<void>((resolve) => {
    listener.once("pong", () => resolve());
    listener.ping();
  });
  listener.terminate();
  return bytes;
};
