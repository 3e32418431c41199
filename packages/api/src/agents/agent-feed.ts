/** The live feed of one agent: every timeline event exactly once and in order, and the agent whenever it changed. */

import type { Actor, AgentRecord, Control } from "@skykoi/control";
import { isFault } from "@skykoi/fault";

import type { SseMessage } from "../http/sse.ts";
import { agentView, timelineEventView } from "./agent-view.ts";
import { createWakeUp } from "./wake-up.ts";

export interface AgentFeedOptions {
  readonly control: Pick<Control, "agents" | "changes">;
  readonly actor: Actor;
  readonly agentId: string;
  /** The client has seen everything up to here. */
  readonly afterSeq: number;
  readonly typicalReadyMs: () => Promise<number | null>;
  /** Hints may get lost; after this long the truth is read anyway. */
  readonly pollIntervalMs: number;
  readonly signal: AbortSignal;
}

const PAGE = 200;

export async function* agentFeed(options: AgentFeedOptions): AsyncGenerator<SseMessage> {
  const { control, actor, agentId, signal } = options;
  const wakeUp = createWakeUp(signal);
  // Before the first read: a change between reading and waiting then still wakes us.
  const unsubscribe = control.changes.subscribe((changed) => {
    if (changed === agentId) wakeUp.now();
  });
  try {
    let seq = options.afterSeq;
    let shown = "";
    while (!signal.aborted) {
      // The agent is read before its events, so that no phase is shown ahead of the event that explains it.
      const agent = await find(control, actor, agentId);
      if (!agent) return;
      for await (const event of newEvents(control, actor, agentId, seq)) {
        seq = event.seq;
        yield { event: "timeline", id: String(seq), data: timelineEventView(event) };
      }
      const view = agentView(agent, await options.typicalReadyMs());
      if (JSON.stringify(view) !== shown) {
        shown = JSON.stringify(view);
        yield { event: "agent", data: view };
      }
      await wakeUp.wait(options.pollIntervalMs);
    }
  } finally {
    unsubscribe();
  }
}

/** Deleted, or no longer the caller's: the feed ends, and the client's next attempt gets a plain 404. */
const find = async (
  control: AgentFeedOptions["control"],
  actor: Actor,
  agentId: string,
): Promise<AgentRecord | undefined> => {
  try {
    return await control.agents.get(actor, agentId);
  } catch (error) {
    if (isFault(error) && error.code === "NOT_FOUND") return undefined;
    throw error;
  }
};

async function* newEvents(control: AgentFeedOptions["control"], actor: Actor, agentId: string, afterSeq: number) {
  let seq = afterSeq;
  for (;;) {
    const page = await control.agents.timeline(actor, agentId, { afterSeq: seq, limit: PAGE });
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    seq = last.seq;
  }
}
