/** Session keys: the full form of what clients write, and what a key says about its session. */

import { fault } from "@skykoi/fault";

type SessionKind = "main" | "direct" | "group" | "channel" | "cron" | "hook" | "subagent";

/** Whose rules of resetting hold for a session. */
export type SessionType = "direct" | "group" | "thread";

export interface SessionAddress {
  /** The full key; `main` anywhere means `agent:<agent>:main`. */
  readonly key: string;
  readonly agentId: string;
  readonly kind: SessionKind;
  /** Where its messages come from: `webchat`, or the channel in the key. */
  readonly channel: string;
}

export interface AgentNames {
  readonly defaultId: string;
  readonly ids: readonly string[];
}

export const agentNames = (list: readonly { readonly id: string }[]): AgentNames => {
  const ids = list.map(({ id }) => id);
  return { ids, defaultId: ids[0] ?? "main" };
};

export const MAIN_KEY = "main";

export const mainSessionKey = (agentId: string): string => `agent:${agentId}:${MAIN_KEY}`;

/**
 * A key that names no agent is one of `ofAgent`, or of the default agent. Throws NOT_FOUND for an agent that does not
 * live here and INVALID_REQUEST for a malformed key.
 */
export const resolveSessionKey = (written: string, agents: AgentNames, ofAgent?: string): SessionAddress => {
  // Keys appear in logs, lists and on terminals: nothing invisible, nothing that turns the text around, no half characters.
  if (!/^[^\s\p{Cc}\p{Cf}\p{Cs}]+$/u.test(written)) {
    throw fault("INVALID_REQUEST", { message: "sessionKey must not hold spaces, control or invisible characters" });
  }
  const [prefix, agentId = "", ...rest] = written.split(":");
  if (prefix === "cron" || prefix === "hook") {
    if (agentId === "") throw malformed(written);
    return { key: written, agentId: agents.defaultId, kind: prefix, channel: prefix };
  }
  if (prefix !== "agent") return resolveSessionKey(`agent:${ofAgent ?? agents.defaultId}:${written}`, agents);
  if (rest.length === 0 || rest.some((part) => part === "")) throw malformed(written);
  if (!agents.ids.includes(agentId)) {
    throw fault("NOT_FOUND", { message: `No agent "${agentId}" lives on this gateway.` });
  }
  return { key: written, agentId, ...describe(rest) };
};

/** Whether a stored key is the full key of one of this agent's sessions. */
export const isSessionKeyOf = (key: string, agentId: string, agents: AgentNames): boolean => {
  try {
    const address = resolveSessionKey(key, agents);
    return address.key === key && address.agentId === agentId;
  } catch {
    // Refused: written by another version or by hand.
    return false;
  }
};

/** undefined for what no person writes into: jobs, hooks, sub-agents. */
export const sessionTypeOf = (key: string): SessionType | undefined => {
  const [prefix, , ...rest] = key.split(":");
  const { kind, length } = prefix === "agent" ? baseOf(rest) : { kind: undefined, length: 0 };
  if (kind === undefined || kind === "subagent") return undefined;
  const [mark, id] = rest.slice(length);
  if (id !== undefined && (mark === "thread" || mark === "topic")) return "thread";
  return kind === "main" || kind === "direct" ? "direct" : "group";
};

const describe = (rest: readonly string[]): Pick<SessionAddress, "kind" | "channel"> => {
  const { kind, channel } = baseOf(rest);
  return { kind, channel };
};

/** What stands in a key before a thread or topic, and how many of its parts that is. */
const baseOf = ([first = "", second = "", third = ""]: readonly string[]) => {
  if (first === "subagent") return { kind: "subagent", channel: "subagent", length: 2 } as const;
  if (first === "direct") return { kind: "direct", channel: "webchat", length: 2 } as const;
  if (second === "group" || second === "channel") return { kind: second, channel: first, length: 3 } as const;
  if (second === "direct") return { kind: "direct", channel: first, length: 3 } as const;
  if (third === "direct") return { kind: "direct", channel: first, length: 4 } as const;
  return { kind: "main", channel: "webchat", length: 1 } as const;
};

const malformed = (written: string) =>
  fault("INVALID_REQUEST", { message: `sessionKey "${written}" is incomplete; expected agent:<agent>:<name>` });
