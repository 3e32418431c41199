/** Holds everything a gateway sends against the schema that promises it. */

import {
  EVENTS,
  EventFrame,
  FrameError,
  HelloOk,
  METHODS,
  ResponseFrame,
  type EventName,
  type EventPayload,
  type MethodName,
  type MethodResult,
} from "@skykoi/protocol";
import { compileValidator, type Validator } from "@skykoi/schema";

export type ReceivedResponse =
  | { readonly type: "res"; readonly id: string; readonly ok: true; readonly payload: unknown }
  | { readonly type: "res"; readonly id: string; readonly ok: false; readonly error: FrameError };

export type ReceivedEvent = {
  readonly [N in EventName]: {
    readonly event: N;
    readonly payload: EventPayload<N>;
    readonly seq: number | undefined;
    readonly cursor: string | undefined;
  };
}[EventName];

export type Received =
  | { readonly type: "res"; readonly response: ReceivedResponse }
  | { readonly type: "event"; readonly event: ReceivedEvent };

/** Throws for a text that is not a frame of the protocol. */
export const conformingFrame = (text: string): Received => {
  const value: unknown = JSON.parse(text);
  if (typeof value === "object" && value !== null && "type" in value && value.type === "event") {
    const frame = expectValid(validateEvent, value, "event frame");
    if (!isEventName(frame.event)) throw new Error(`unknown event ${frame.event}`);
    return { type: "event", event: EVENT_READERS[frame.event](frame) };
  }
  const response = expectValid(validateResponse, value, "response frame");
  if (response.ok) return { type: "res", response };
  return { type: "res", response: { ...response, error: expectValid(validateError, response.error, "error") } };
};

export const conformingHello = (payload: unknown): HelloOk => expectValid(validateHello, payload, "hello-ok");

export const conformingResult = <N extends MethodName>(method: N, payload: unknown): MethodResult<N> =>
  expectValid<MethodResult<N>>(resultValidator(method), payload, `result of ${method}`);

const expectValid = <T>(validator: Validator<T>, value: unknown, subject: string): T => {
  const check = validator(value);
  if (check.ok) return check.value;
  throw new Error(`${subject} does not conform: ${JSON.stringify(check.problems)} in ${JSON.stringify(value)}`);
};

const validateEvent = compileValidator(EventFrame);
const validateResponse = compileValidator(ResponseFrame);
const validateError = compileValidator(FrameError);
const validateHello = compileValidator(HelloOk);

const resultValidator = <N extends MethodName>(method: N): Validator<MethodResult<N>> =>
  compileValidator<(typeof METHODS)[N]["result"]>(METHODS[method].result);

const reader = <N extends EventName>(event: N, validator: Validator<EventPayload<N>>) => {
  return ({ payload, seq, cursor }: EventFrame) => ({
    event,
    payload: expectValid(validator, payload, `payload of ${event}`),
    seq,
    cursor,
  });
};

const EVENT_READERS: { readonly [N in EventName]: (frame: EventFrame) => ReceivedEvent } = {
  "connect.challenge": reader("connect.challenge", compileValidator(EVENTS["connect.challenge"].payload)),
  chat: reader("chat", compileValidator(EVENTS.chat.payload)),
  agent: reader("agent", compileValidator(EVENTS.agent.payload)),
  "session.message": reader("session.message", compileValidator(EVENTS["session.message"].payload)),
  "sessions.changed": reader("sessions.changed", compileValidator(EVENTS["sessions.changed"].payload)),
  presence: reader("presence", compileValidator(EVENTS.presence.payload)),
  health: reader("health", compileValidator(EVENTS.health.payload)),
  "config.changed": reader("config.changed", compileValidator(EVENTS["config.changed"].payload)),
  cron: reader("cron", compileValidator(EVENTS.cron.payload)),
  "exec.approval.requested": reader(
    "exec.approval.requested",
    compileValidator(EVENTS["exec.approval.requested"].payload),
  ),
  "exec.approval.resolved": reader(
    "exec.approval.resolved",
    compileValidator(EVENTS["exec.approval.resolved"].payload),
  ),
  heartbeat: reader("heartbeat", compileValidator(EVENTS.heartbeat.payload)),
  tick: reader("tick", compileValidator(EVENTS.tick.payload)),
  shutdown: reader("shutdown", compileValidator(EVENTS.shutdown.payload)),
};

const isEventName = (name: string): name is EventName => Object.hasOwn(EVENTS, name);
