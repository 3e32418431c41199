/** The sessions of isolated jobs: a fresh one for each run, and only the newest of them are kept. */

import { isFault } from "@skykoi/fault";

import type { GatewayContext } from "../context.ts";
import type { SessionAddress } from "../sessions/session-key.ts";
import type { Job } from "./job.ts";

/** Of one job; more runs than these are in its history, without their conversation. */
export const KEPT_SESSIONS = 10;

export interface IsolatedSessions {
  keyOf(job: Pick<Job, "id" | "agentId">): string;
  /** Not when this very run is already in the session: it was accepted before a crash. */
  begin(address: SessionAddress, runId: string): Promise<void>;
  /** Puts the older ones aside. Throws STORAGE_FAILED. */
  keepNewest(address: SessionAddress): Promise<void>;
  /** Puts all of a job aside that is gone. Throws STORAGE_FAILED. */
  forget(jobId: string): Promise<void>;
}

type Source = Pick<GatewayContext, "store" | "agents" | "resolve">;

export const createIsolatedSessions = ({ store, agents, resolve }: Source): IsolatedSessions => {
  const keyOf: IsolatedSessions["keyOf"] = ({ id, agentId }) =>
    agentId === agents.defaultId ? `cron:${id}` : `agent:${agentId}:cron:${id}`;

  return {
    keyOf,
    begin: async (address, runId) => {
      if (!store.record(address)) return;
      const { session, release } = await store.acquire(address);
      const known = session.runs.get(runId) !== undefined;
      release();
      if (!known) store.beginSession(address);
    },
    keepNewest: async (address) => {
      const library = store.library(address.agentId);
      const current = store.record(address)?.sessionId;
      const earlier = (await library.sessions(address.key)).filter(({ sessionId }) => sessionId !== current);
      const old = earlier.toSorted((a, b) => b.createdAt - a.createdAt).slice(KEPT_SESSIONS - 1);
      for (const { sessionId } of old) await unlessInUse(() => library.discard(sessionId));
      if (old.length > 0) await library.prepare(address.key);
    },
    forget: async (id) => {
      const addresses = agents.ids.map((agentId) => resolve(keyOf({ id, agentId })));
      const known = addresses.filter((address) => store.record(address) !== undefined);
      for (const address of known) await unlessInUse(() => store.remove(address));
    },
  };
};

/** What somebody is reading or writing stays, until the next time. */
const unlessInUse = async (work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } catch (thrown) {
    if (!isFault(thrown) || thrown.code !== "CONFLICT") throw thrown;
  }
};
