/** Accepts messages so that none is lost or run twice, and stops them. */

import type { ImageContent, MessageOrigin, RunOverrides } from "@skykoi/agent";
import { fault } from "@skykoi/fault";

import type { CommandRunner } from "../commands/command-runner.ts";
import type { ParsedCommand } from "../commands/parse-command.ts";
import type { EventHub } from "../events/event-hub.ts";
import type { StorageHealth } from "../health/storage-health.ts";
import type { QueueMode } from "../lanes/lane.ts";
import type { Lanes } from "../lanes/lanes.ts";
import { toUserMessage } from "../sessions/chat-message.ts";
import type { SessionAddress } from "../sessions/session-key.ts";
import type { Session, SessionLease, SessionStore } from "../sessions/session-store.ts";
import type { RunQueue } from "./run-queue.ts";
import { createRun, isFromPerson, type Run } from "./run.ts";

interface Input {
  readonly address: SessionAddress;
  /** The client's idempotency key. */
  readonly runId: string;
  readonly text: string;
  /** In the media store of the agent. */
  readonly images?: readonly ImageContent[];
  /** Default: a person at a client. */
  readonly origin?: MessageOrigin;
  readonly overrides?: RunOverrides;
  /** Default: the mode of the session. */
  readonly queueMode?: QueueMode;
  /** A command of the chat is carried out instead of being told to the agent. */
  readonly commands?: boolean;
}

type Acceptance = "started" | "in_flight" | "ok";

export interface Inbox {
  /**
   * Resolves when the message is on disk and has a place in its lane. The same run id again is never a second run.
   * Throws QUEUE_FULL, STORAGE_FAILED (nothing was accepted), UNAVAILABLE while stopping.
   */
  accept(input: Input): Promise<Acceptance>;
  /** The ids of the runs that were taken out of the queue or signalled, those of sub-agents among them. */
  abort(address: SessionAddress, runId: string | undefined): Promise<string[]>;
  /** The session in which this run is being accepted, waits or works. */
  sessionOf(runId: string): string | undefined;
  /** From now on nothing is accepted. */
  stop(): void;
}

export interface InboxOptions {
  readonly store: SessionStore;
  readonly lanes: Lanes<Run>;
  readonly queue: RunQueue;
  readonly hub: EventHub;
  readonly storage: StorageHealth;
  readonly commands: CommandRunner;
  /** Whether a message of a person that comes now begins a new session. */
  readonly isOver: (address: SessionAddress) => boolean;
  /** Begins a new session, durably. */
  readonly begin: (address: SessionAddress) => Promise<unknown>;
  /** Stops what these runs of the session began in others (undefined: everything). Answers the ids of runs it stopped. */
  readonly stopBegun: (sessionKey: string, runIds: readonly string[] | undefined) => Promise<string[]>;
  readonly modeOf: (input: Pick<Input, "address" | "origin" | "overrides" | "queueMode">) => QueueMode;
}

interface Arrival {
  readonly sessionKey: string;
  readonly accepted: Promise<Acceptance>;
}

export const createInbox = (options: InboxOptions): Inbox => {
  const { store, lanes, queue, hub, storage, commands, stopBegun, modeOf } = options;
  /** By run id: being written to disk, not yet in a lane. */
  const arriving = new Map<string, Arrival>();
  let stopping = false;

  const sessionOf = (runId: string): string | undefined => arriving.get(runId)?.sessionKey ?? queue.sessionOf(runId);

  const accept = async (input: Input): Promise<Acceptance> => {
    const { runId, address } = input;
    refuseReserved(input);
    const elsewhere = sessionOf(runId);
    if (elsewhere !== undefined && elsewhere !== address.key) {
      throw fault("CONFLICT", { message: `idempotencyKey "${runId}" is in use in another session.` });
    }
    const same = arriving.get(runId);
    if (same) return (await same.accepted) === "ok" ? "ok" : "in_flight";

    const accepted = acceptOnce(input);
    arriving.set(runId, { sessionKey: address.key, accepted });
    try {
      return await accepted;
    } finally {
      arriving.delete(runId);
    }
  };

  const acceptOnce = async (input: Input): Promise<Acceptance> => {
    if (stopping) throw fault("UNAVAILABLE", { message: "The gateway is restarting. Send the message again shortly." });
    const lease = await store.acquire(input.address);
    try {
      const known = lease.session.runs.get(input.runId);
      if (known === undefined) {
        const command = input.commands ? commands.parse(input.text) : undefined;
        if (command) await carryOut(command, input, lease);
        else if (isOver(input, options)) {
          lease.release();
          await options.begin(input.address);
          await enterLane(input, await store.acquire(input.address));
        } else await enterLane(input, lease);
        return "started";
      }
      lease.release();
      return known === "ended" ? "ok" : "in_flight";
    } catch (thrown) {
      lease.release();
      throw thrown;
    }
  };

  const carryOut = async ({ command, argument }: ParsedCommand, input: Input, lease: SessionLease): Promise<void> => {
    const { address, runId, text } = input;
    lease.release();
    try {
      const stop = async (): Promise<number> => (await abort(address, undefined, runId)).length;
      const outcome = await command.run({ address, argument, stop });
      if (outcome.kind === "answer") await commands.record({ address, runId, text, answer: outcome.text });
      // The key may stand for another session by now.
      else {
        const { text: message, overrides } = outcome;
        await enterLane({ ...input, text: message, ...(overrides && { overrides }) }, await store.acquire(address));
      }
    } catch (thrown) {
      storage.observe(thrown);
      throw thrown;
    }
  };

  const enterLane = async (input: Input, lease: SessionLease): Promise<void> => {
    const { address, runId, text, origin, overrides = {} } = input;
    const { session } = lease;
    const place = lanes.reserve(address.key);
    try {
      await store.markOpen(session);
      const entry = await session.transcript.append(userEntry(input));
      storage.recovered();
      if (isFromPerson(origin)) {
        store.note(address, (record) => ({ ...record, lastInteractionAt: entry.timestamp }));
      }
      session.runs.set(runId, "unfinished");
      if (origin?.kind !== "heartbeat") {
        const message = toUserMessage(entry);
        const { key: sessionKey, agentId } = address;
        hub.publish("session.message", sessionKey, { sessionKey, agentId, runId, message });
      }
      const acceptedAt = entry.timestamp;
      const mode = startsAfresh(lanes, session) ? "followup" : modeOf(input);
      const run = createRun({ id: runId, session, lease, text, acceptedAt, origin, overrides, mode });
      queue.enter(run, (entering) => place.take(entering));
    } catch (thrown) {
      place.giveBack();
      storage.observe(thrown);
      throw thrown;
    }
  };

  /** `by`: the run that asks for it, which is arriving itself. */
  const abort = async (address: SessionAddress, runId: string | undefined, by?: string): Promise<string[]> => {
    const arrivals = [...arriving].filter(([id, { sessionKey }]) => sessionKey === address.key && id !== by);
    await Promise.allSettled(arrivals.map(([, { accepted }]) => accepted));

    const concerned = (run: Run): boolean => runId === undefined || run.id === runId;
    const withdrawn = lanes.waiting(address.key).filter(concerned);
    for (const run of withdrawn) lanes.withdraw(address.key, run.id);
    const running = lanes.running(address.key);
    const together = running ? [running, ...lanes.joined(address.key)] : [];
    const signalled = together.some(concerned) ? together : [];
    if (running && signalled.length > 0) lanes.abort(address.key, running.id, fault("ABORTED"));

    await Promise.all(withdrawn.map(endWithdrawn));
    const stopped = [...signalled, ...withdrawn].map(({ id }) => id);
    const begun = await stopBegun(address.key, runId === undefined ? undefined : [runId, ...stopped]);
    return [...stopped, ...begun];
  };

  const endWithdrawn = async (run: Run): Promise<void> => {
    try {
      await run.session.transcript.append({ type: "runEnd", runId: run.id, outcome: "aborted" });
    } finally {
      queue.drop(run, { type: "run-end", outcome: "aborted" });
    }
  };

  return {
    accept,
    abort: (address, runId) => abort(address, runId),
    sessionOf,
    stop: () => {
      stopping = true;
    },
  };
};

/** Nothing ends under a run, and only for a person. */
const isOver = ({ address, origin }: Input, { lanes, isOver: isOverByRules }: InboxOptions): boolean =>
  isFromPerson(origin) &&
  !lanes.running(address.key) &&
  lanes.waiting(address.key).length === 0 &&
  isOverByRules(address);

/** What runs or waits belongs to the session before: it cannot be joined. */
const startsAfresh = (lanes: Lanes<Run>, { address: { key }, transcript }: Session): boolean =>
  [lanes.running(key), ...lanes.waiting(key)].some(
    (run) => run !== undefined && run.session.transcript.sessionId !== transcript.sessionId,
  );

/** Run ids of the gateway itself begin like this; a client's own run would be hidden, or taken for a job's. */
const RESERVED: ReadonlySet<string> = new Set(["heartbeat", "cron", "subagent", "session"]);

const refuseReserved = ({ runId, origin }: Input): void => {
  const [prefix = "", ...rest] = runId.split(":");
  if (rest.length === 0 || !RESERVED.has(prefix) || origin?.kind === prefix) return;
  throw fault("INVALID_REQUEST", { message: `idempotencyKey must not begin with "${prefix}:"; the gateway uses it.` });
};

const userEntry = ({ runId, text, images = [], origin, overrides = {} }: Input) => ({
  type: "user" as const,
  runId,
  content: [...(text === "" ? [] : [{ type: "text" as const, text }]), ...images],
  ...(origin && { origin }),
  ...(Object.keys(overrides).length > 0 && { overrides }),
});
