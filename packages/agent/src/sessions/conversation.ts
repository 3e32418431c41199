/** The order in which a history is read: run by run, although messages were accepted while other runs were working. */

import type { JoinedEntry, TranscriptEntry, UserEntry } from "../port.ts";

type Shown = Exclude<TranscriptEntry, JoinedEntry>;

/**
 * The entries of each run together, in the order of the file, a run's message directly before the rest of it; runs
 * follow each other by their first entry. An entry without a run keeps its place between the runs. A message that joined
 * another run stands there, at the place where it joined.
 */
export const runsInOrder = (entries: readonly TranscriptEntry[]): readonly (readonly Shown[])[] => {
  const joined = new Map<string, JoinedEntry>();
  for (const entry of entries) {
    if (entry.type !== "joined") continue;
    if (entry.into === entry.runId) joined.delete(entry.runId);
    else joined.set(entry.runId, entry);
  }
  const messages = joined.size === 0 ? undefined : messagesByRun(entries);

  const groups = new Map<string, Shown[]>();
  for (const entry of entries) {
    const into = entry.runId === undefined ? undefined : joined.get(entry.runId)?.into;
    const key = entry.runId === undefined ? `entry:${entry.id}` : `run:${into ?? entry.runId}`;
    const shown = entry.type === "joined" ? messageAt(entry, joined, messages) : shownAt(entry, into);
    if (!shown) continue;
    const group = groups.get(key);
    if (group) group.push(shown);
    else groups.set(key, [shown]);
  }
  return [...groups.values()];
};

/** `runsInOrder` as one list. */
export const conversation = (entries: readonly TranscriptEntry[]): readonly Shown[] => runsInOrder(entries).flat();

const messagesByRun = (entries: readonly TranscriptEntry[]): ReadonlyMap<string, UserEntry> =>
  new Map(entries.flatMap((entry) => (entry.type === "user" ? [[entry.runId, entry]] : [])));

const shownAt = (entry: Shown, into: string | undefined): Shown | undefined =>
  entry.type === "user" && into !== undefined ? undefined : entry;

/** The message as it stands where it joined. */
export const joinedMessage = (message: UserEntry, { into, shortened }: JoinedEntry): UserEntry => ({
  ...message,
  answeredBy: into,
  ...(shortened && { shortened: true }),
});

const messageAt = (
  entry: JoinedEntry,
  joined: ReadonlyMap<string, JoinedEntry>,
  messages: ReadonlyMap<string, UserEntry> | undefined,
): UserEntry | undefined => {
  const message = messages?.get(entry.runId);
  if (!message || joined.get(entry.runId) !== entry) return undefined;
  return joinedMessage(message, entry);
};
