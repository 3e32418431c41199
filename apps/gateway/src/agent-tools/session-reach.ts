/**
 * Whom a session may see and speak to through tools. The person's main conversation reaches every session of its agent;
 * any other one, where others may have written, only itself and the sub-agents it began.
 */

import { isFault } from "@skykoi/fault";
import type { Answered, RunOrigin } from "@skykoi/agent";

import { MAIN_KEY, mainSessionKey, type SessionAddress } from "../sessions/session-key.ts";
import type { SessionStore } from "../sessions/session-store.ts";

export interface ReachSource {
  readonly resolve: (sessionKey: string) => SessionAddress;
  readonly store: SessionStore;
}

export const createReach = ({ resolve, store }: ReachSource) => {
  const isWithin = (run: RunOrigin, address: SessionAddress): boolean => {
    if (address.agentId !== run.agentId) return false;
    if (run.mainSession || address.key === run.sessionKey) return true;
    // Each step leads one sub-agent up; they are as deep as the configuration once allowed.
    const seen = new Set<string>();
    for (let key: string | undefined = address.key; key !== undefined && !seen.has(key);) {
      seen.add(key);
      if (key === run.sessionKey) return true;
      key = store.record(resolve(key))?.spawnedBy?.sessionKey;
    }
    return false;
  };

  return {
    isWithin,
    /** The session that is meant, if it is there and within reach; the reason is the same for both. */
    find: (run: RunOrigin, written: string): Answered<{ readonly address: SessionAddress }> => {
      const address = resolved(resolve, written === MAIN_KEY ? mainSessionKey(run.agentId) : written);
      if (address && isWithin(run, address) && store.record(address)) return { ok: true, address };
      return { ok: false, reason: `There is no session "${written.slice(0, 200)}" that can be seen from here.` };
    },
  };
};

const resolved = (resolve: ReachSource["resolve"], written: string): SessionAddress | undefined => {
  try {
    return resolve(written);
  } catch (thrown) {
    if (isFault(thrown)) return undefined;
    throw thrown;
  }
};
