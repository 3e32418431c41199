/** Holds every frame a gateway sends against the schema that promises it. */

import {
  EVENTS,
  EventFrame,
  FrameError,
  HelloOk,
  METHODS,
  ResponseFrame,
  isMethodName,
  type EventName,
} from "@skykoi/protocol";
import { compileValidator, type Validator } from "@skykoi/schema";

const frame = { res: compileValidator(ResponseFrame), event: compileValidator(EventFrame) };
const error = compileValidator(FrameError);
const hello = compileValidator(HelloOk);
const results = new Map<string, Validator<unknown>>(
  Object.keys(METHODS)
    .filter(isMethodName)
    .map((name) => [name, compileValidator(METHODS[name].result)]),
);
const payloads = new Map<string, Validator<unknown>>(
  Object.entries(EVENTS).map(([name, { payload }]) => [name, compileValidator(payload)]),
);

export type ReceivedResponse =
  | { readonly type: "res"; readonly id: string; readonly ok: true; readonly payload: unknown }
  | { readonly type: "res"; readonly id: string; readonly ok: false; readonly error: FrameError };

export interface ReceivedEvent {
  readonly type: "event";
  readonly event: EventName;
  readonly payload: unknown;
  readonly seq?: number;
  readonly cursor?: string;
}

/** Throws when the text is not a frame of the protocol. `methodOf` tells what a response answers. */
export const conformingFrame = (
  text: string,
  methodOf: (id: string) => string | undefined,
): ReceivedResponse | ReceivedEvent => {
  const value: unknown = JSON.parse(text);
  if (typeof value === "object" && value !== null && "type" in value && value.type === "event") {
    const event = expectValid(frame.event, value, "event frame");
    const validator = payloads.get(event.event);
    if (!validator || !isEventName(event.event)) throw new Error(`unknown event ${event.event}`);
    expectValid(validator, event.payload, `payload of ${event.event}`);
    return { ...event, event: event.event, payload: event.payload };
  }
  const response = expectValid(frame.res, value, "response frame");
  if (!response.ok) return { ...response, error: expectValid(error, response.error, "error") };
  const method = methodOf(response.id);
  const validator = method === "connect" ? hello : results.get(method ?? "");
  if (validator) expectValid(validator, response.payload, `result of ${method}`);
  return response;
};

const isEventName = (name: string): name is EventName => Object.hasOwn(EVENTS, name);

const expectValid = <T>(validator: Validator<T>, value: unknown, subject: string): T => {
  const check = validator(value);
  if (check.ok) return check.value;
  throw new Error(`${subject} does not conform: ${JSON.stringify(check.problems)} in ${JSON.stringify(value)}`);
};
