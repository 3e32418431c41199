/** Shows the model, at the start of a turn, what was put down for the session meanwhile: in the transcript, once. */

import type { TranscriptEntry } from "@skykoi/agent";
import type { Logger } from "@skykoi/log";

import type { Session } from "../sessions/session-store.ts";
import type { SystemEvents } from "./system-events.ts";

/** Resolves in every case: a turn goes on without its events, which then wait for the next. */
export type ShowWaiting = (session: Session, runId: string) => Promise<void>;

export const createShowWaiting =
  (events: () => Promise<SystemEvents>, log: Logger): ShowWaiting =>
  async ({ address, transcript }, runId) => {
    try {
      const opened = await events();
      const waiting = opened.waiting(address.key);
      if (waiting.length === 0) return;
      // After a crash between the two writes below they are there already.
      const known = new Set((await transcript.context()).flatMap(eventIdsOf));
      const fresh = waiting.filter(({ id }) => !known.has(id));
      if (fresh.length > 0) {
        const content = fresh.map(({ text }) => ({ type: "text" as const, text: `[System event] ${text}` }));
        const label = JSON.stringify(fresh.map(({ id }) => id));
        await transcript.append({ type: "user", runId, content, origin: { kind: "system", label } });
      }
      await opened.shown(waiting.map(({ id }) => id));
    } catch (thrown) {
      log.error("waiting system events not shown", { sessionKey: address.key, error: thrown });
    }
  };

const eventIdsOf = (entry: TranscriptEntry): string[] => {
  if (entry.type !== "user" || entry.origin?.kind !== "system") return [];
  const ids: unknown = JSON.parse(entry.origin.label ?? "[]");
  return Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : [];
};
