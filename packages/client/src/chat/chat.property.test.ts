import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { hello } from "../testing/scripted-gateway.ts";
import { simulateSession, type ScriptedRun, type SimulatedSession } from "../testing/simulated-session.ts";
import { chatItems, type ChatItem } from "./items.ts";
import { chatReducer, type ChatAction } from "./reducer.ts";
import { initialChat, type ChatState } from "./state.ts";

const words = fc.stringMatching(/^[a-z]{1,4}$/);

const message = (tools: number) =>
  fc.record({
    thinking: fc.oneof(fc.constant(""), words),
    pieces: fc.array(words, { maxLength: 4 }),
    tools: fc.array(fc.record({ updates: fc.array(words, { maxLength: 2 }), result: words, isError: fc.boolean() }), {
      minLength: Math.min(tools, 1),
      maxLength: tools,
    }),
  });

const run: fc.Arbitrary<ScriptedRun> = fc
  .record({
    text: words,
    early: fc.boolean(),
    working: fc.array(message(2), { maxLength: 2 }),
    last: message(0),
    end: fc.constantFrom("completed" as const, "completed" as const, "aborted" as const, "failed" as const),
  })
  .map(({ working, last, end, ...rest }) => {
    // A message that was broken off keeps only text; a thought alone is not kept.
    const broken = end !== "completed" && last.pieces.length === 0;
    return { ...rest, end, messages: [...working, broken ? { ...last, thinking: "" } : last] };
  });

/** What a reader sees, without what only a view needs. */
const seen = (state: ChatState) =>
  chatItems(state).map((item) => ({
    ...item,
    key: "",
    at: 0,
    ...("streaming" in item ? { streaming: false } : {}),
  }));

const withoutThoughts = (state: ChatState) => seen(state).filter(({ kind }) => kind !== "thinking");

const fold = (actions: readonly ChatAction[]): ChatState => actions.reduce(chatReducer, initialChat);

const events = (session: SimulatedSession): ChatAction[] =>
  session.moments.flatMap((moment) => (moment.kind === "sent" ? [{ type: "event", event: moment.event }] : []));

/** First the history, then every event in order: how a client sees it that was there from the beginning. */
const straight = (session: SimulatedSession): ChatState =>
  fold([{ type: "history-loaded", page: session.pageAfter(0) }, ...events(session)]);

const afterwards = (session: SimulatedSession): ChatState =>
  fold([{ type: "history-loaded", page: session.pageAfter(session.moments.length) }]);

type Step = "server" | "hear" | "request" | "snapshot" | "answer" | "repeat" | "lose";

const STEPS: readonly Step[] = [
  "server",
  "server",
  "hear",
  "hear",
  "hear",
  "request",
  "snapshot",
  "answer",
  "repeat",
  "lose",
];

interface Simulation {
  /** When everything was heard, and what the client asked for was answered. */
  readonly heard: ChatState;
  /** After one more page, if the client then wants it. */
  readonly state: ChatState;
  /** States on the way. */
  readonly states: readonly ChatState[];
}

/** A client that reloads, hears events late or again, and loses its connection, in any order the steps say. */
const simulate = (session: SimulatedSession, steps: readonly Step[], joinAt: number): Simulation => {
  let served = Math.min(joinAt, session.moments.length);
  let heard = served;
  const requests: { snapshot?: number }[] = [];
  const states: ChatState[] = [];
  let state = initialChat;
  const act = (action: ChatAction): void => {
    state = chatReducer(state, action);
    states.push(state);
  };
  const hear = (): void => {
    const moment = session.moments[heard];
    if (heard >= served || !moment) return;
    heard++;
    if (moment.kind === "sent") act({ type: "event", event: moment.event });
  };
  const request = (): void => {
    requests.push({});
    act({ type: "history-requested" });
  };
  const snapshot = (): void => {
    const waiting = requests.find((item) => item.snapshot === undefined);
    if (waiting) waiting.snapshot = served;
  };
  const answer = (): void => {
    if (requests[0]?.snapshot === undefined) return;
    act({ type: "history-loaded", page: session.pageAfter(requests[0].snapshot) });
    requests.shift();
  };
  const take: Record<Step, () => void> = {
    server: () => {
      served = Math.min(served + 1, session.moments.length);
    },
    hear,
    request,
    snapshot,
    answer,
    repeat: () => {
      for (const moment of session.moments.slice(Math.max(joinAt, heard - 4), heard)) {
        if (moment.kind === "sent") act({ type: "event", event: moment.event });
      }
    },
    lose: () => {
      heard = served;
      while (requests.length > 0) {
        requests.shift();
        act({ type: "history-failed", message: "gone" });
      }
      act({ type: "connection", state: { kind: "open", hello: { ...hello(), cursorExpired: true } } });
      request();
    },
  };

  request();
  for (const step of steps) take[step]();
  served = session.moments.length;
  while (requests.length > 0) {
    snapshot();
    answer();
  }
  for (let left = served - heard; left > 0; left--) hear();
  const all = state;
  if (state.stale) {
    request();
    snapshot();
    answer();
  }
  return { heard: all, state, states };
};

const scenario = fc.record({
  runs: fc.array(run, { minLength: 1, maxLength: 4 }),
  steps: fc.array(fc.constantFrom(...STEPS), { maxLength: 120 }),
  joinAt: fc.nat({ max: 60 }),
});

const duplicates = (values: readonly string[]): string[] =>
  values.filter((value, index) => values.indexOf(value) !== index);
const toolIds = (items: readonly ChatItem[]) =>
  items.flatMap((item) => (item.kind === "tool" ? [item.toolCallId] : []));

describe("a chat", () => {
  it("told by events reads like the history of it", () => {
    fc.assert(
      fc.property(fc.array(run, { minLength: 1, maxLength: 4 }), (runs) => {
        const session = simulateSession(runs);
        expect(seen(straight(session))).toEqual(seen(afterwards(session)));
      }),
      { numRuns: 300 },
    );
  });

  it("ends the same for any interleaving of reloads, late and repeated events and lost connections", () => {
    fc.assert(
      fc.property(scenario, ({ runs, steps, joinAt }) => {
        const session = simulateSession(runs);
        expect(seen(simulate(session, steps, joinAt).state)).toEqual(seen(afterwards(session)));
      }),
      { numRuns: 1500 },
    );
  });

  it("is without a last reload missing nothing but thoughts that it was not there to hear", () => {
    fc.assert(
      fc.property(scenario, ({ runs, steps, joinAt }) => {
        const session = simulateSession(runs);
        const { heard } = simulate(session, steps, joinAt);
        expect(withoutThoughts(heard)).toEqual(withoutThoughts(afterwards(session)));
      }),
      { numRuns: 1000 },
    );
  });

  it("never shows anything twice on the way", () => {
    fc.assert(
      fc.property(scenario, ({ runs, steps, joinAt }) => {
        for (const state of simulate(simulateSession(runs), steps, joinAt).states) {
          const items = chatItems(state);
          expect(duplicates(items.map(({ key }) => key))).toEqual([]);
          expect(duplicates(toolIds(items))).toEqual([]);
          expect(duplicates(state.messages.map(({ id }) => id))).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
  });
});
