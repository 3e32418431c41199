/** Opens sessions when they are needed, keeps the recently used ones open, and remembers which have unfinished work. */

import { randomUUID } from "node:crypto";
import { join } from "node:path";

import type { Transcript } from "@skykoi/agent";
import { fault } from "@skykoi/fault";

import type { SessionIndex, SessionRecord } from "./session-index.ts";
import type { SessionAddress } from "./session-key.ts";

export interface Session {
  readonly address: SessionAddress;
  readonly transcript: Transcript;
  /** Every run of this session by its id, and whether it has ended. */
  readonly runs: Map<string, "unfinished" | "ended">;
}

/** While a lease is held the session stays open. */
export interface SessionLease {
  readonly session: Session;
  readonly release: () => void;
}

export interface SessionStore {
  record(address: SessionAddress): SessionRecord | undefined;
  records(): readonly { readonly key: string; readonly record: SessionRecord }[];
  /** Creates the session when the key is new. */
  acquire(address: SessionAddress): Promise<SessionLease>;
  /** Resolves when it is durable that this session may have unfinished work. Throws STORAGE_FAILED. */
  markOpen(address: SessionAddress): Promise<void>;
  /** Changes the figures of a session; they reach the disk soon. */
  update(address: SessionAddress, change: (record: SessionRecord) => SessionRecord): void;
  /** Closes every transcript and writes the indexes a last time. */
  close(): Promise<void>;
}

export interface SessionStoreOptions {
  /** One index an agent, by agent id, with the directory of its transcripts. */
  readonly agents: ReadonlyMap<string, { readonly directory: string; readonly index: SessionIndex }>;
  readonly openTranscript: (options: { path: string; sessionId: string }) => Promise<Transcript>;
  readonly now: () => number;
  readonly maxOpen: number;
  /** Told when an index or transcript could not be written outside a request. */
  readonly onBackgroundFailure: (thrown: unknown) => void;
}

interface Opened {
  readonly session: Promise<Session>;
  leases: number;
  marked: Promise<void> | undefined;
}

export const createSessionStore = (options: SessionStoreOptions): SessionStore => {
  const { agents, now, maxOpen } = options;
  /** The least recently used first. */
  const opened = new Map<string, Opened>();
  /** A transcript has one writer: a session being closed is opened again only afterwards. */
  const closing = new Map<string, Promise<void>>();

  const agentOf = ({ agentId }: SessionAddress) => {
    const agent = agents.get(agentId);
    if (!agent) throw fault("NOT_FOUND", { message: `No agent "${agentId}" lives on this gateway.` });
    return agent;
  };

  const open = async (address: SessionAddress): Promise<Session> => {
    const { directory, index } = agentOf(address);
    await closing.get(address.key);
    const record = index.get(address.key) ?? newRecord(address, now());
    const path = join(directory, `${record.sessionId}.jsonl`);
    const transcript = await options.openTranscript({ path, sessionId: record.sessionId });
    index.set(address.key, index.get(address.key) ?? record);
    return { address, transcript, runs: runsOf(transcript) };
  };

  const openedFor = (address: SessionAddress): Opened => {
    const known = opened.get(address.key);
    opened.delete(address.key);
    const entry = known ?? { session: open(address), leases: 0, marked: undefined };
    opened.set(address.key, entry);
    return entry;
  };

  const saveSoon = (address: SessionAddress): void => {
    agentOf(address).index.save().catch(options.onBackgroundFailure);
  };

  const closeOne = (key: string, entry: Opened): Promise<void> => {
    opened.delete(key);
    const closed = closeAndSettle(key, entry).finally(() => closing.delete(key));
    // Whoever opens the session next only needs to know that this is over.
    closing.set(
      key,
      closed.catch(() => undefined),
    );
    return closed;
  };

  const closeAndSettle = async (key: string, entry: Opened): Promise<void> => {
    const { address, transcript, runs } = await entry.session;
    await transcript.close();
    const unfinished = [...runs.values()].includes("unfinished");
    const { index } = agentOf(address);
    const record = index.get(address.key);
    if (record && !opened.has(key)) index.set(address.key, { ...record, open: unfinished });
  };

  const closeUnused = (): void => {
    for (const [key, entry] of opened) {
      if (opened.size <= maxOpen) return;
      if (entry.leases === 0) closeOne(key, entry).catch(options.onBackgroundFailure);
    }
  };

  return {
    record: (address) => agentOf(address).index.get(address.key),
    records: () =>
      [...agents.values()].flatMap(({ index }) => index.entries().map(([key, record]) => ({ key, record }))),
    acquire: async (address) => {
      const entry = openedFor(address);
      entry.leases++;
      let held = true;
      const release = (): void => {
        if (!held) return;
        held = false;
        entry.leases--;
        closeUnused();
      };
      try {
        return { session: await entry.session, release };
      } catch (thrown) {
        if (opened.get(address.key) === entry) opened.delete(address.key);
        throw thrown;
      }
    },
    markOpen: async (address) => {
      const entry = openedFor(address);
      entry.marked ??= markOpenIn(agentOf(address).index, address, now());
      try {
        await entry.marked;
      } catch (thrown) {
        entry.marked = undefined;
        throw thrown;
      }
    },
    update: (address, change) => {
      const { index } = agentOf(address);
      index.set(address.key, change(index.get(address.key) ?? newRecord(address, now())));
      saveSoon(address);
    },
    close: async () => {
      await Promise.all([...opened].map(([key, entry]) => closeOne(key, entry)));
      await Promise.all([...agents.values()].map(({ index }) => index.save()));
    },
  };
};

const markOpenIn = async (index: SessionIndex, address: SessionAddress, at: number): Promise<void> => {
  const record = index.get(address.key) ?? newRecord(address, at);
  index.set(address.key, { ...record, open: true, updatedAt: at });
  await index.save();
};

const newRecord = ({ key }: SessionAddress, at: number): SessionRecord => ({
  sessionId: `ses_${randomUUID().replaceAll("-", "")}`,
  createdAt: at,
  updatedAt: at,
  label: key,
  model: "",
  inputTokens: 0,
  outputTokens: 0,
  totalTokens: 0,
  contextTokens: 0,
  costUsd: 0,
  open: false,
});

const runsOf = (transcript: Transcript): Session["runs"] => {
  const runs: Session["runs"] = new Map();
  for (const entry of transcript.entries()) {
    if (entry.type === "user") runs.set(entry.runId, "unfinished");
    if (entry.type === "runEnd") runs.set(entry.runId, "ended");
  }
  return runs;
};
