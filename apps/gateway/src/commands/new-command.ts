/** `/new` and `/reset`: the key stands for a new session at once; what is written after them is its first message. */

import { beginSession } from "../sessions/begin-session.ts";
import { patchSession } from "../sessions/patch-session.ts";
import { answer, type ChatCommand, type CommandCall, type CommandOutcome } from "./chat-command.ts";
import type { CommandSource } from "./command-source.ts";

export const createNewCommand = (source: CommandSource): ChatCommand => ({
  name: "new",
  argument: "[model] [text]",
  summary: "Begins a new session, with another model if one is named; the conversation so far is kept.",
  run: async ({ address, argument }) => {
    const model = modelIn(argument, source);
    if (model === undefined) return begin(source, { address, argument });
    await patchSession(source, address, { model });
    return begin(source, { address, argument: argument.slice(model.length).trim() });
  },
});

export const createResetCommand = (source: CommandSource): ChatCommand => ({
  name: "reset",
  argument: "[text]",
  summary: "Begins a new session; the conversation so far is kept.",
  run: (call) => begin(source, call),
});

const begin = async (
  source: CommandSource,
  { address, argument }: Pick<CommandCall, "address" | "argument">,
): Promise<CommandOutcome> => {
  await beginSession(source, address);
  return argument === "" ? answer("A new session began.") : { kind: "message", text: argument };
};

/** The first word, when it is an alias or the name of a model that is listed: anything else is a message. */
const modelIn = (argument: string, { catalog }: CommandSource): string | undefined => {
  const [word = ""] = argument.split(/\s/, 1);
  const isModel = Object.hasOwn(catalog.aliases(), word) || catalog.list().some(({ ref }) => ref === word);
  return isModel ? word : undefined;
};
