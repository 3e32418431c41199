/** A model that does whatever a text says: it calls the tool named in `call <tool> <json>`, wherever that comes from. */

import type { ModelEvent, ModelRequest } from "@skykoi/model";

import { finish, say, type Script } from "./scripted-catalog.ts";

/** Commands found in results and messages alike; ` ## ` separates several of them. */
const COMMAND = /call (\w+) (\{.*?\})(?= ## |\s*$|\n)/gs;

const lastText = ({ messages }: ModelRequest): string => {
  const last = messages.at(-1);
  if (!last) return "";
  return last.role === "tool" ? last.results.map(({ text }) => text).join("\n") : last.text;
};

let lastId = 0;

export const obey: Script = async function* obeying(request): AsyncGenerator<ModelEvent> {
  const text = lastText(request);
  const commands = [...text.matchAll(COMMAND)];
  if (commands.length === 0) {
    yield* say(`said: ${text}`);
    return;
  }
  for (const [, name = "", json = "{}"] of commands) {
    yield { type: "tool-call", id: `c${++lastId}`, name, input: JSON.parse(json) };
  }
  yield { ...finish, reason: "tool-calls" };
};

/** The text that makes it call a tool. */
export const call = (name: string, input: object): string => `call ${name} ${JSON.stringify(input)}`;
