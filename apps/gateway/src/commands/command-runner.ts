/** Carries out commands of the chat: they act at once, and what was asked and answered is in the transcript. */

import { NO_USAGE } from "@skykoi/model";

import type { EventHub } from "../events/event-hub.ts";
import type { LiveConfig } from "../live-config.ts";
import { createFrameMapper, type RunEnd, type RunFrame } from "../runs/frame-mapper.ts";
import type { RunEnds } from "../runs/run-ends.ts";
import { toUserMessage } from "../sessions/chat-message.ts";
import type { SessionAddress } from "../sessions/session-key.ts";
import type { SessionStore } from "../sessions/session-store.ts";
import type { ChatCommand } from "./chat-command.ts";
import { parseCommand, type ParsedCommand } from "./parse-command.ts";

export interface CommandRunner {
  /** undefined: a message for the agent. */
  parse(text: string): ParsedCommand | undefined;
  /**
   * Resolves when the question, the answer and the end of this run are on the disk; its `final` follows the
   * acknowledgement. Throws STORAGE_FAILED.
   */
  record(exchange: Exchange): Promise<void>;
}

export interface CommandRunnerOptions {
  readonly table: readonly ChatCommand[];
  readonly config: LiveConfig;
  readonly store: SessionStore;
  readonly hub: EventHub;
  readonly ends: RunEnds;
  readonly now: () => number;
}

interface Exchange {
  readonly address: SessionAddress;
  readonly runId: string;
  /** As it was written. */
  readonly text: string;
  readonly answer: string;
}

/** What stands for the model in the answers of the gateway itself. */
const ANSWERED_BY = "gateway";

export const createCommandRunner = (options: CommandRunnerOptions): CommandRunner => {
  const { table, config, store, hub, ends, now } = options;

  const write = async ({ address, runId, text, answer }: Exchange) => {
    const { session, release } = await store.acquire(address);
    try {
      await store.markOpen(session);
      const { transcript } = session;
      const own = { runId, command: true } as const;
      const [asked, message] = await Promise.all([
        transcript.append({ type: "user", ...own, content: [{ type: "text", text }] }),
        transcript.append({
          type: "assistant",
          ...own,
          content: [{ type: "text", text: answer }],
          model: ANSWERED_BY,
          stopReason: "stop",
          usage: NO_USAGE,
          costUsd: 0,
        }),
        transcript.append({ type: "runEnd", runId, outcome: "completed" }),
      ]);
      session.runs.set(runId, "ended");
      return { asked, message };
    } finally {
      release();
    }
  };

  return {
    parse: (text) => parseCommand(text, table, config.current().session.resetTriggers),
    record: async (exchange) => {
      const { address, runId } = exchange;
      const { key, agentId } = address;
      const { asked, message } = await write(exchange);
      const publish = (frames: readonly RunFrame[]): void => {
        for (const { event, payload } of frames) hub.publish(event, key, payload);
      };
      let seq = 0;
      const mapper = createFrameMapper({ run: { runId, sessionKey: key, agentId }, nextSeq: () => ++seq, now });
      const end: RunEnd = { type: "run-end", outcome: "completed", message, usage: NO_USAGE, costUsd: 0 };
      hub.publish("session.message", key, { sessionKey: key, agentId, runId, message: toUserMessage(asked) });
      publish(mapper.map({ type: "run-start" }));
      setImmediate(() => {
        publish(mapper.mapEnd(end));
        ends.settle(runId, end);
      });
    },
  };
};
