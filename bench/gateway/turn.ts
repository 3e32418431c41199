/** One turn as a client meets it, and many of them at the same time. */

import { summarize, type Summary } from "../statistics.ts";
import type { Client } from "./running-gateway.ts";

/** Milliseconds from `chat.send`. */
export interface TurnTimes {
  readonly ackMs: number;
  readonly deltaMs: number;
  readonly finalMs: number;
}

let turns = 0;

export const turn = async (client: Client, sessionKey: string): Promise<TurnTimes> => {
  const key = `bench-${++turns}`;
  const startedAt = performance.now();
  const elapsedMs = () => performance.now() - startedAt;
  const final = Promise.withResolvers<number>();
  let deltaMs = Number.NaN;
  const unsubscribe = client.on(({ event, payload }) => {
    if (event !== "chat" || typeof payload !== "object" || payload === null) return;
    if (!("runId" in payload) || payload.runId !== key || !("state" in payload)) return;
    if (payload.state === "delta" && Number.isNaN(deltaMs)) deltaMs = elapsedMs();
    if (payload.state === "final") final.resolve(elapsedMs());
    if (payload.state === "error") final.reject(new Error(JSON.stringify(payload)));
  });
  await client.request("chat.send", { sessionKey, message: "hello", idempotencyKey: key });
  const ackMs = elapsedMs();
  const finalMs = await final.promise;
  unsubscribe();
  return { ackMs, deltaMs, finalMs };
};

export interface TurnSummary {
  readonly ack: Summary;
  readonly delta: Summary;
  readonly final: Summary;
}

/** One after the other. */
export const measureTurns = async (client: Client, sessionKeys: readonly string[]): Promise<TurnSummary> => {
  const measured: TurnTimes[] = [];
  for (const key of sessionKeys) measured.push(await turn(client, key));
  return {
    ack: summarize(measured.map(({ ackMs }) => ackMs)),
    delta: summarize(measured.map(({ deltaMs }) => deltaMs)),
    final: summarize(measured.map(({ finalMs }) => finalMs)),
  };
};

/** Turns a second, each session one after the other, all sessions at the same time. */
export const turnRate = async (client: Client, sessionKeys: readonly string[], turnsEach: number): Promise<number> => {
  const startedAt = performance.now();
  await Promise.all(
    sessionKeys.map(async (key) => {
      for (let index = 0; index < turnsEach; index++) await turn(client, key);
    }),
  );
  return (sessionKeys.length * turnsEach * 1000) / (performance.now() - startedAt);
};

export const benchSessions = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `agent:main:bench:group:${index}`);
