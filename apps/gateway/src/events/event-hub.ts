/** Sends every event to exactly the clients that may and want to see it. */

import {
  EVENTS,
  hasScope,
  type ChatEvent,
  type EventName,
  type EventPayload,
  type Scope,
  type StateVersion,
} from "@skykoi/protocol";

import type { EventLog, LoggedEvent } from "./event-log.ts";

export interface OutgoingEvent {
  readonly event: EventName;
  readonly payloadJson: string;
  readonly cursor?: string;
  readonly stateVersion?: StateVersion;
  /** The payload, where it is a piece of an answer that may be joined with the next. */
  readonly delta?: Extract<ChatEvent, { state: "delta" }>;
}

interface Subscriber {
  readonly scopes: readonly Scope[];
  wantsSession(sessionKey: string): boolean;
  sendEvent(event: OutgoingEvent): void;
}

/** Events about one session; they are durable. */
type SessionEventName = "chat" | "agent" | "session.message";
/** Events about the gateway; a client that missed one asks for the state. */
type StateEventName = Exclude<
  { readonly [N in EventName]: (typeof EVENTS)[N]["durable"] extends true ? never : N }[EventName],
  "connect.challenge"
>;

export interface EventHub {
  publish<N extends SessionEventName>(event: N, sessionKey: string, payload: EventPayload<N>): void;
  broadcast<N extends StateEventName>(event: N, payload: EventPayload<N>, stateVersion?: StateVersion): void;
  /** Replays what was missed, then delivers live: in order, each event once. Detaches with the returned function. */
  attach(subscriber: Subscriber, missed: readonly LoggedEvent[]): () => void;
}

export const createEventHub = (log: EventLog): EventHub => {
  const subscribers = new Set<Subscriber>();

  const maySee = (subscriber: Subscriber, event: EventName): boolean => {
    const { scope } = EVENTS[event];
    return scope === undefined || hasScope(subscriber.scopes, scope);
  };

  const deliver = (subscriber: Subscriber, logged: LoggedEvent, delta?: OutgoingEvent["delta"]): void => {
    const { event, payloadJson, cursor, sessionKey } = logged;
    if (maySee(subscriber, event) && subscriber.wantsSession(sessionKey)) {
      subscriber.sendEvent({ event, payloadJson, cursor, ...(delta && { delta }) });
    }
  };

  return {
    publish: (event, sessionKey, payload) => {
      const logged = log.append(event, sessionKey, JSON.stringify(payload));
      const delta = isDelta(payload) ? payload : undefined;
      for (const subscriber of subscribers) deliver(subscriber, logged, delta);
    },
    broadcast: (event, payload, stateVersion) => {
      const outgoing = { event, payloadJson: JSON.stringify(payload), ...(stateVersion && { stateVersion }) };
      for (const subscriber of subscribers) if (maySee(subscriber, event)) subscriber.sendEvent(outgoing);
    },
    attach: (subscriber, missed) => {
      for (const logged of missed) deliver(subscriber, logged);
      subscribers.add(subscriber);
      return () => void subscribers.delete(subscriber);
    },
  };
};

const isDelta = (payload: EventPayload<SessionEventName>): payload is NonNullable<OutgoingEvent["delta"]> =>
  "state" in payload && payload.state === "delta";
