/** How a message waits when its session is busy: as it asks, else as its kind, its session, its channel, the gateway do. */

import type { MessageOrigin, RunOverrides } from "@skykoi/agent";
import type { SkykoiConfig } from "@skykoi/config";

import type { QueueMode } from "./lane.ts";

export interface Waiting {
  readonly queueMode?: QueueMode | undefined;
  readonly origin?: MessageOrigin | undefined;
  readonly overrides?: RunOverrides | undefined;
  /** The session's own choice. */
  readonly sessionMode?: QueueMode | undefined;
  readonly channel: string;
}

export const queueMode = (waiting: Waiting, config: SkykoiConfig["messages"]["queue"]): QueueMode => {
  if (waiting.queueMode) return waiting.queueMode;
  const { origin, overrides, sessionMode, channel } = waiting;
  // What the gateway itself sends does not talk into somebody's conversation, and what asks no model or another one needs its own run.
  const isOwn = (origin && origin.kind !== "channel") || hasOwnRun(overrides);
  return isOwn ? "followup" : (sessionMode ?? config.byChannel[channel] ?? config.mode);
};

const hasOwnRun = (overrides: RunOverrides | undefined): boolean =>
  overrides?.model !== undefined || overrides?.compact !== undefined || overrides?.report === true;
