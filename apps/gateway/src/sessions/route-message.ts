/** Which session a message from a channel belongs to. Pure: the same message always finds the same session. */

import type { SkykoiConfig } from "@skykoi/config";
import { fault } from "@skykoi/fault";

import { mainSessionKey } from "./session-key.ts";

export interface IncomingMessage {
  readonly agentId: string;
  /** "telegram", "slack", … */
  readonly channel: string;
  /** Which of the gateway's own accounts on the channel it came to. Default: `default`. */
  readonly account?: string | undefined;
  /** The sender, by the channel's own id. */
  readonly peer: string;
  /** Where it was written, when that is not a direct message. */
  readonly group?: { readonly kind: "group" | "channel"; readonly id: string } | undefined;
  readonly thread?: string | undefined;
  readonly topic?: string | undefined;
}

type RoutingConfig = Pick<SkykoiConfig["session"], "dmScope" | "identityLinks">;

/** The full session key. Throws INVALID_REQUEST for an empty id. */
export const routeMessage = (message: IncomingMessage, config: RoutingConfig): string => {
  const { thread, topic } = message;
  const suffix = [
    ...(thread === undefined ? [] : ["thread", encode(thread)]),
    ...(topic === undefined ? [] : ["topic", encode(topic)]),
  ];
  return [...base(message, config), ...suffix].join(":");
};

const base = (message: IncomingMessage, { dmScope, identityLinks }: RoutingConfig): string[] => {
  const { agentId, channel, account = "default", peer, group } = message;
  if (group) return ["agent", agentId, encode(channel), group.kind, encode(group.id)];
  const direct = ["direct", personOf(channel, peer, identityLinks)];
  switch (dmScope) {
    case "main":
      return [mainSessionKey(agentId)];
    case "per-peer":
      // The same id on two channels is two people, unless they are linked.
      return ["agent", agentId, ...direct];
    case "per-channel-peer":
      return ["agent", agentId, encode(channel), ...direct];
    case "per-account-channel-peer":
      return ["agent", agentId, encode(channel), encodeAccount(account), ...direct];
    default:
      return dmScope satisfies never;
  }
};

/** What no encoded id begins with: nobody can take the place of a linked person by the choice of an id. */
const LINKED = "~";

const personOf = (channel: string, peer: string, links: RoutingConfig["identityLinks"]): string => {
  const address = `${channel}:${peer}`.toLowerCase();
  const linked = Object.entries(links).find(([, addresses]) =>
    addresses.some((one) => one.toLowerCase() === address),
  )?.[0];
  return linked === undefined ? encode(peer) : `${LINKED}${encode(linked)}`;
};

/** Never one of the words that say what a part of the key is. */
const encodeAccount = (account: string): string =>
  ["direct", "group", "channel"].includes(account)
    ? `%${account.charCodeAt(0).toString(16)}${account.slice(1)}`
    : encode(account);

/** Ids as they are, but for what separates the parts of a key and what may not stand in one. */
const encode = (id: string): string => {
  if (id === "") throw fault("INVALID_REQUEST", { message: "A message from a channel has an empty id." });
  return encodeURIComponent(id.toWellFormed())
    .replace(/%40|%2B/g, (one) => (one === "%40" ? "@" : "+"))
    .replaceAll("~", "%7E");
};
