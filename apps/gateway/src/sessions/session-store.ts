/** Opens sessions when they are needed, keeps the recently used ones open, and remembers which have unfinished work. */

import type { OpenTranscript, Transcript, TranscriptLibrary } from "@skykoi/agent";
import { fault } from "@skykoi/fault";

import type { SessionIndex } from "./session-index.ts";
import type { SessionAddress } from "./session-key.ts";
import { newSessionRecord, succeedingRecord, type SessionRecord } from "./session-record.ts";
import { createSessionRuns, type SessionRuns } from "./session-runs.ts";

export interface Session {
  readonly address: SessionAddress;
  readonly transcript: Transcript;
  /** Every run of this session's key by its id, and whether it has ended. */
  readonly runs: SessionRuns;
}

/** While a lease is held the session stays open. */
export interface SessionLease {
  readonly session: Session;
  readonly release: () => void;
}

export interface SessionStore {
  record(address: SessionAddress): SessionRecord | undefined;
  records(): readonly { readonly key: string; readonly record: SessionRecord }[];
  /** The current session of the key, or one from before a reset. Creates the session when the key is new. */
  acquire(address: SessionAddress, sessionId?: string): Promise<SessionLease>;
  /** Resolves when it is durable that this session may have unfinished work. Throws STORAGE_FAILED. */
  markOpen(session: Session): Promise<void>;
  /**
   * From now on the key stands for a new, empty session; the next `markOpen` or `save` makes that durable. Runs of the
   * session before go on in it. Nothing happens to a key without a session.
   */
  beginSession(address: SessionAddress): void;
  /**
   * A session under a new key, empty or begun as another one is. Answers its id. Throws CONFLICT for a key in use,
   * NOT_FOUND for a source that is none or another agent's.
   */
  create(address: SessionAddress, source: ForkSource | undefined): Promise<string>;
  /** Changes the record of a session; it reaches the disk soon. */
  update(address: SessionAddress, change: (record: SessionRecord) => SessionRecord): SessionRecord;
  /** As `update`, for what may be lost: it reaches the disk with the next change. */
  note(address: SessionAddress, change: (record: SessionRecord) => SessionRecord): void;
  /** Resolves when every change so far is on the disk. Throws STORAGE_FAILED. */
  save(address: SessionAddress): Promise<void>;
  /** Puts every transcript of the key aside and forgets the key. Throws CONFLICT while somebody holds one. */
  remove(address: SessionAddress): Promise<void>;
  /** To read and search without opening. Throws NOT_FOUND. */
  library(agentId: string): TranscriptLibrary;
  /** Closes every transcript and writes the indexes a last time. */
  close(): Promise<void>;
}

interface ForkSource {
  readonly address: SessionAddress;
  /** The last message taken over; undefined: all. */
  readonly upToId: string | undefined;
}

type SessionChange = "created" | "updated" | "reset" | "deleted";

export interface StoredAgent {
  readonly library: TranscriptLibrary;
  readonly index: SessionIndex;
}

export interface SessionStoreOptions {
  /** By agent id. */
  readonly agents: ReadonlyMap<string, StoredAgent>;
  /** Told what was repaired in a transcript. */
  readonly onOpened: (transcript: OpenTranscript) => void;
  readonly now: () => number;
  readonly maxOpen: number;
  /** Told of what a list of sessions shows. */
  readonly onChanged: (address: SessionAddress, reason: SessionChange) => void;
  /** Told when an index or transcript could not be written outside a request. */
  readonly onBackgroundFailure: (thrown: unknown) => void;
}

interface Opened {
  readonly address: SessionAddress;
  readonly session: Promise<Session>;
  leases: number;
  marked: Promise<void> | undefined;
}

export const createSessionStore = (options: SessionStoreOptions): SessionStore => {
  const { agents, now, maxOpen } = options;
  /** By session id, the least recently used first. */
  const opened = new Map<string, Opened>();
  /** A transcript has one writer: a session being closed is opened again only afterwards. */
  const closing = new Map<string, Promise<void>>();
  const records = createRecords(agents, now);
  const { agentOf, recordOf, isCurrent, keepRecord, note, markInIndex, settle } = records;

  const openedFor = (address: SessionAddress, sessionId: string): Opened => {
    const known = opened.get(sessionId);
    opened.delete(sessionId);
    const entry = known ?? {
      address,
      session: openSession(options, records, closing.get(sessionId), address, sessionId),
      leases: 0,
      marked: undefined,
    };
    opened.set(sessionId, entry);
    return entry;
  };

  const saveSoon = (agentId: string): void => {
    agentOf(agentId).index.save().catch(options.onBackgroundFailure);
  };

  const closeOne = (sessionId: string, entry: Opened): Promise<void> => {
    opened.delete(sessionId);
    const closed = closeAndSettle(sessionId, entry).finally(() => closing.delete(sessionId));
    // Whoever opens the session next only needs to know that this is over.
    closing.set(
      sessionId,
      closed.catch(() => undefined),
    );
    return closed;
  };

  const closeAndSettle = async (sessionId: string, entry: Opened): Promise<void> => {
    const { address, transcript } = await entry.session;
    const unfinished = await transcript.openRuns().finally(() => transcript.close());
    if (!opened.has(sessionId)) settle(sessionId, address, unfinished.length > 0);
  };

  const closeUnused = (): void => {
    for (const [sessionId, entry] of opened) {
      if (entry.leases > 0) continue;
      // Nothing leads to a session from before a reset any more but the runs that hold it.
      if (opened.size <= maxOpen && isCurrent(sessionId, entry.address)) continue;
      closeOne(sessionId, entry).catch(options.onBackgroundFailure);
    }
  };

  return {
    record: ({ key, agentId }) => agentOf(agentId).index.get(key),
    records: () =>
      [...agents.values()].flatMap(({ index }) => index.entries().map(([key, record]) => ({ key, record }))),
    acquire: async (address, sessionId = recordOf(address).sessionId) => {
      const entry = openedFor(address, sessionId);
      entry.leases++;
      let held = true;
      const release = (): void => {
        if (!held) return;
        held = false;
        entry.leases--;
        closeUnused();
      };
      try {
        const session = await entry.session;
        await agentOf(address.agentId).library.prepare(address.key);
        return { session, release };
      } catch (thrown) {
        release();
        if (opened.get(sessionId) === entry) opened.delete(sessionId);
        throw thrown;
      }
    },
    markOpen: async ({ address, transcript: { sessionId } }) => {
      const entry = openedFor(address, sessionId);
      entry.marked ??= markInIndex(address, sessionId);
      try {
        await entry.marked;
      } catch (thrown) {
        entry.marked = undefined;
        throw thrown;
      }
    },
    beginSession: (address) => {
      if (!agentOf(address.agentId).index.get(address.key)) return;
      note(address, (before) => succeedingRecord(address.key, before, now()));
      closeUnused();
      options.onChanged(address, "reset");
    },
    create: async (address, source) => {
      const { library, index } = agentOf(address.agentId);
      if (index.get(address.key)) throw fault("CONFLICT", { message: `The session "${address.key}" exists already.` });
      const { sessionId } = recordOf(address);
      if (source) {
        const from = { sessionId: sourceId(index, address, source), upToId: source.upToId };
        await library.fork(from, { sessionId, sessionKey: address.key });
      }
      keepRecord(address);
      options.onChanged(address, "created");
      return sessionId;
    },
    update: (address, change) => {
      const record = note(address, change);
      saveSoon(address.agentId);
      options.onChanged(address, "updated");
      return record;
    },
    note: (address, change) => void note(address, change),
    save: ({ agentId }) => agentOf(agentId).index.save(),
    remove: async (address) => {
      const { library, index } = agentOf(address.agentId);
      const own = [...opened].filter(([, entry]) => entry.address.key === address.key);
      if (own.some(([, { leases }]) => leases > 0)) {
        throw fault("CONFLICT", { message: "This session is in use. Stop its runs first." });
      }
      await Promise.all(own.map(([sessionId, entry]) => closeOne(sessionId, entry)));
      await discardAll({ library, index }, address.key);
      options.onChanged(address, "deleted");
    },
    library: (agentId) => agentOf(agentId).library,
    close: async () => {
      await Promise.all([...opened].map(([sessionId, entry]) => closeOne(sessionId, entry)));
      await closeAgents(agents);
    },
  };
};

const openSession = async (
  options: SessionStoreOptions,
  { agentOf, recordOf, isCurrent, keepRecord }: ReturnType<typeof createRecords>,
  closing: Promise<void> | undefined,
  address: SessionAddress,
  sessionId: string,
): Promise<Session> => {
  const { library } = agentOf(address.agentId);
  const { key } = address;
  await closing;
  const { previousSessionId } = recordOf(address);
  const previous = isCurrent(sessionId, address) ? { previousSessionId } : {};
  const transcript = await library.open({ sessionId, sessionKey: key, ...previous });
  options.onOpened(transcript);
  keepRecord(address);
  return { address, transcript, runs: createSessionRuns((runId) => library.runState(key, runId)) };
};

const closeAgents = async (agents: SessionStoreOptions["agents"]): Promise<void> => {
  await Promise.all([...agents.values()].map(({ index }) => index.save()));
  for (const { library } of agents.values()) library.close();
};

/** The list forgets the key first: transcripts without a key are harmless, a key without its transcripts is not. */
const discardAll = async ({ library, index }: StoredAgent, key: string): Promise<void> => {
  const stored = await library.sessions(key);
  index.delete(key);
  await index.save();
  for (const { sessionId } of stored) await library.discard(sessionId);
};

const sourceId = (index: SessionIndex, { agentId }: SessionAddress, { address }: ForkSource): string => {
  const record = address.agentId === agentId ? index.get(address.key) : undefined;
  if (record) return record.sessionId;
  throw fault("NOT_FOUND", { message: `This agent has no session "${address.key}".` });
};

/** The records of the keys, also of sessions that are just being created. */
const createRecords = (agents: SessionStoreOptions["agents"], now: () => number) => {
  /** Records of sessions being created, by key. */
  const creating = new Map<string, SessionRecord>();

  const agentOf = (agentId: string): StoredAgent => {
    const agent = agents.get(agentId);
    if (!agent) throw fault("NOT_FOUND", { message: `No agent "${agentId}" lives on this gateway.` });
    return agent;
  };

  const recordOf = ({ key, agentId }: SessionAddress): SessionRecord => {
    const known = agentOf(agentId).index.get(key) ?? creating.get(key);
    if (known) return known;
    const record = newSessionRecord(key, now());
    creating.set(key, record);
    return record;
  };

  const note = (address: SessionAddress, change: (record: SessionRecord) => SessionRecord): SessionRecord => {
    const record = change(recordOf(address));
    agentOf(address.agentId).index.set(address.key, record);
    return record;
  };

  const isCurrent = (sessionId: string, address: SessionAddress): boolean => recordOf(address).sessionId === sessionId;

  /** The session exists from now on. */
  const keepRecord = (address: SessionAddress): void => {
    agentOf(address.agentId).index.set(address.key, recordOf(address));
    creating.delete(address.key);
  };

  const settle = (sessionId: string, { key, agentId }: SessionAddress, isOpen: boolean): void => {
    const { index } = agentOf(agentId);
    const record = index.get(key);
    if (record) index.set(key, withOpen(record, sessionId, isOpen));
  };

  const markInIndex = async ({ key, agentId }: SessionAddress, sessionId: string): Promise<void> => {
    const { index } = agentOf(agentId);
    const record = index.get(key) ?? newSessionRecord(key, now());
    index.set(key, withOpen(record, sessionId, true));
    await index.save();
  };

  return { agentOf, recordOf, isCurrent, keepRecord, note, settle, markInIndex };
};

/** Says of one of the key's sessions whether it may have unfinished work. */
const withOpen = (record: SessionRecord, sessionId: string, isOpen: boolean): SessionRecord => {
  if (record.sessionId === sessionId) return { ...record, open: isOpen };
  const { earlierOpen = [], ...rest } = record;
  const others = earlierOpen.filter((id) => id !== sessionId);
  const stillOpen = isOpen ? [...others, sessionId] : others;
  return { ...rest, ...(stillOpen.length > 0 && { earlierOpen: stillOpen }) };
};
