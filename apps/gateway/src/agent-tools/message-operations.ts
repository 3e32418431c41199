/** Where the agent's `message` tool may speak, and how it gets there: a channel by the outbox, the person by their session. */

import { isFault } from "@skykoi/fault";
import type { MessageOperations, RunOrigin } from "@skykoi/agent";

import type { Announce } from "../cron/announce.ts";
import type { Lanes } from "../lanes/lanes.ts";
import type { ChannelRegistry } from "../outbox/channel.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { Run } from "../runs/run.ts";
import type { SessionAddress } from "../sessions/session-key.ts";

export interface MessageOperationsOptions {
  readonly resolve: (sessionKey: string) => SessionAddress;
  readonly channels: ChannelRegistry;
  readonly outbox: Outbox;
  readonly lanes: Pick<Lanes<Run>, "running">;
  readonly announce: () => Promise<Announce>;
}

/** How long a call waits for the channel; the message goes on without it. */
const WAIT_MS = 10_000;

export const createMessageOperations = (options: MessageOperationsOptions): MessageOperations => {
  const { resolve, channels, outbox, lanes, announce } = options;

  /** Where others write, nobody can be made to speak elsewhere. */
  const confinedTo = ({ sessionKey }: RunOrigin): string | undefined => {
    const { kind, channel } = resolve(sessionKey);
    return kind === "group" || kind === "channel" || kind === "subagent" ? channel : undefined;
  };

  const toSession = async (id: string, run: RunOrigin, text: string) => {
    const tell = await announce();
    const model = lanes.running(run.sessionKey)?.overrides.model ?? "";
    const told = await tell({ id, agentId: run.agentId, text, model });
    return told.ok ? ({ ok: true, status: "delivered", where: "the main conversation" } as const) : told;
  };

  const toChannel = async (key: string, channel: string, to: string, text: string) => {
    await outbox.post({ channel, to, text }, { key });
    const delivery = await outbox.settled(key, WAIT_MS);
    const where = `${to} on ${channel}`;
    if (!delivery) return { ok: true, status: "queued", where } as const;
    if (delivery.outcome === "delivered") return { ok: true, status: "delivered", where } as const;
    return { ok: false, reason: `Not delivered: ${delivery.error ?? delivery.outcome}` } as const;
  };

  return {
    send: async ({ run, toolCallId }, { channel = "webchat", to, text }) => {
      const own = confinedTo(run);
      if (own !== undefined && channel !== own) {
        return { ok: false, reason: `From this conversation messages can only be sent over ${own}.` };
      }
      const id = `message:${run.sessionKey}:${run.runId}:${toolCallId}`;
      try {
        if (channel === "webchat") {
          if (run.mainSession)
            return { ok: false, reason: "This is the main conversation: your answer is shown here." };
          return await toSession(id, run, text);
        }
        if (!channels.get(channel)) {
          const names = channels.names();
          const others = names.length > 0 ? `Connected: ${names.join(", ")}.` : "No channel is connected.";
          return { ok: false, reason: `The channel "${channel}" is not connected. ${others}` };
        }
        if (to === undefined) return { ok: false, reason: `Say in "to" whom on ${channel} this is for.` };
        return await toChannel(id, channel, to, text);
      } catch (thrown) {
        if (isFault(thrown)) return { ok: false, reason: thrown.message };
        throw thrown;
      }
    },
  };
};
