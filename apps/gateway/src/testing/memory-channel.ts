/** A channel into memory, for tests: it tells the other side the key, as a good channel does. */

import { fault } from "@skykoi/fault";

import type { OutboundChannel, OutboundMessage } from "../outbox/channel.ts";

export interface MemoryChannel extends OutboundChannel {
  /** What the other side has, in order, each key once. */
  readonly received: { readonly key: string; readonly text: string; readonly to: string }[];
  /** Every attempt, by key. */
  readonly attempts: string[];
  /** What the next attempts do instead: one value an attempt. */
  readonly plan: ("refuse" | "fail" | "take-and-fail" | "hang")[];
}

export const createMemoryChannel = (name = "memory"): MemoryChannel => {
  const received: MemoryChannel["received"] = [];
  const attempts: string[] = [];
  const plan: MemoryChannel["plan"] = [];
  const take = (key: string, { text, to }: OutboundMessage): void => {
    if (!received.some((known) => known.key === key)) received.push({ key, text, to });
  };
  return {
    name,
    received,
    attempts,
    plan,
    deliver: async (message, { key, signal }) => {
      attempts.push(key);
      const instead = plan.shift();
      if (instead === "refuse") throw fault("INVALID_REQUEST", { message: "There is no such chat." });
      if (instead === "fail") throw fault("UNAVAILABLE");
      if (instead === "hang") {
        await new Promise((_, reject) => signal.addEventListener("abort", () => reject(fault("UNAVAILABLE"))));
      }
      take(key, message);
      if (instead === "take-and-fail") throw fault("UNAVAILABLE");
      return { messageId: `m-${key}` };
    },
  };
};
