/** The three frames of the wire: request, response, event; and the error inside a response. */

import { Type, type Static } from "typebox";

import { closed, count, text } from "./closed.ts";

export const RequestFrame = closed({
  type: Type.Literal("req"),
  id: text(128),
  method: text(64),
  params: Type.Optional(Type.Unknown()),
});
export type RequestFrame = Static<typeof RequestFrame>;

export const FrameError = closed({
  code: text(64),
  message: Type.String(),
  details: Type.Optional(Type.Unknown()),
  retryable: Type.Optional(Type.Boolean()),
  retryAfterMs: Type.Optional(count()),
});
export type FrameError = Static<typeof FrameError>;

export const ResponseFrame = Type.Union([
  closed({ type: Type.Literal("res"), id: Type.String(), ok: Type.Literal(true), payload: Type.Unknown() }),
  closed({ type: Type.Literal("res"), id: Type.String(), ok: Type.Literal(false), error: FrameError }),
]);
export type ResponseFrame = Static<typeof ResponseFrame>;

export const StateVersion = closed({ presence: count(), health: count() });
export type StateVersion = Static<typeof StateVersion>;

export const EventFrame = closed({
  type: Type.Literal("event"),
  event: text(64),
  payload: Type.Optional(Type.Unknown()),
  /** Counts the events of this connection from 1. */
  seq: Type.Optional(count()),
  stateVersion: Type.Optional(StateVersion),
  /** Set on durable events: where to resume from. Opaque to clients. */
  cursor: Type.Optional(text(128)),
});
export type EventFrame = Static<typeof EventFrame>;

export type Frame = RequestFrame | ResponseFrame | EventFrame;
