/** Runs one model call to its end and keeps what came: the events, the joined text, and the fault that ended it. */

import { isFault, type Fault } from "@skykoi/fault";

import type { LanguageModel, ModelEvent, ModelRequest } from "../port.ts";

export interface Collected {
  readonly events: readonly ModelEvent[];
  readonly text: string;
  readonly fault: Fault | undefined;
}

/** By default asks "Hello" without tools. Anything thrown that is no fault is thrown on. */
export const collect = async (model: LanguageModel, request: Partial<ModelRequest> = {}): Promise<Collected> => {
  const events: ModelEvent[] = [];
  let thrownFault: Fault | undefined;
  try {
    for await (const event of model.stream({
      system: "You are Koi.",
      messages: [{ role: "user", text: "Hello" }],
      tools: [],
      signal: new AbortController().signal,
      ...request,
    })) {
      events.push(event);
    }
  } catch (thrown) {
    if (!isFault(thrown)) throw thrown;
    thrownFault = thrown;
  }
  const text = events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");
  return { events, text, fault: thrownFault };
};
