/** Texts for a session that wait for its next turn: durable, each shown once. */

import { readTextIfPresent, writePrivateFile } from "@skykoi/config";
import { toFault } from "@skykoi/fault";
import { compileValidator } from "@skykoi/schema";
import { Type, type Static } from "typebox";

const SystemEvent = Type.Object({
  id: Type.String({ minLength: 1 }),
  sessionKey: Type.String(),
  text: Type.String(),
  createdAtMs: Type.Integer({ minimum: 0 }),
});
type SystemEvent = Readonly<Static<typeof SystemEvent>>;

export interface SystemEvents {
  /** Resolves when it is on disk. The same id, or the text that already waits last, is not added again. Throws STORAGE_FAILED. */
  add(event: Omit<SystemEvent, "createdAtMs">): Promise<void>;
  /** Oldest first. */
  waiting(sessionKey: string): readonly SystemEvent[];
  /** They are in the transcript. */
  shown(ids: readonly string[]): Promise<void>;
}

/** The oldest give way: what nobody has looked at for so long is history. */
const MAX_WAITING = 100;
/** Ids that were shown, so that a crash in between does not bring one back. */
const MAX_REMEMBERED = 200;

const Stored = Type.Object({
  version: Type.Literal(1),
  events: Type.Array(SystemEvent),
  shown: Type.Array(Type.String()),
});

export interface SystemEventsOptions {
  readonly path: string;
  readonly now: () => number;
  /** The file could not be read: what waited is lost. */
  readonly onCorrupt: () => void;
}

export const openSystemEvents = async ({ path, now, onCorrupt }: SystemEventsOptions): Promise<SystemEvents> => {
  const text = await readTextIfPresent(path);
  const loaded = text === undefined ? EMPTY : parse(text);
  if (!loaded) onCorrupt();
  let { events, shown } = loaded ?? EMPTY;
  let last: Promise<void> = Promise.resolve();

  const changeAfter = async (before: Promise<void>, next: () => Content | undefined): Promise<void> => {
    await before;
    const content = next();
    if (!content) return;
    try {
      await writePrivateFile(path, JSON.stringify({ version: 1, ...content }));
    } catch (thrown) {
      throw toFault(thrown);
    }
    ({ events, shown } = content);
  };
  const change = (next: () => Content | undefined): Promise<void> => {
    const writing = changeAfter(last, next);
    last = writing.catch(() => undefined);
    return writing;
  };

  return {
    add: (event) =>
      change(() => {
        const known = shown.includes(event.id) || events.some(({ id }) => id === event.id);
        const latest = events.findLast(({ sessionKey }) => sessionKey === event.sessionKey);
        if (known || latest?.text === event.text) return undefined;
        return { events: [...events, { ...event, createdAtMs: now() }].slice(-MAX_WAITING), shown };
      }),
    waiting: (sessionKey) => events.filter((event) => event.sessionKey === sessionKey),
    shown: (ids) =>
      change(() => ({
        events: events.filter(({ id }) => !ids.includes(id)),
        shown: [...shown, ...ids].slice(-MAX_REMEMBERED),
      })),
  };
};

interface Content {
  readonly events: readonly SystemEvent[];
  readonly shown: readonly string[];
}

const EMPTY: Content = { events: [], shown: [] };

const parse = (text: string): Content | undefined => {
  try {
    const checked = compileValidator(Stored)(JSON.parse(text));
    return checked.ok ? checked.value : undefined;
  } catch {
    return undefined;
  }
};
