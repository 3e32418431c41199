/** `/new` and `/reset`: the key stands for a new session at once; what is written after them is its first message. */

import { beginSession, type BeginSource } from "../sessions/begin-session.ts";
import { answer, type ChatCommand, type CommandCall, type CommandOutcome } from "./chat-command.ts";

export const createNewCommand = (source: BeginSource): ChatCommand => ({
  name: "new",
  argument: "[text]",
  summary: "Begins a new session; the conversation so far is kept.",
  run: (call) => begin(source, call),
});

export const createResetCommand = (source: BeginSource): ChatCommand => ({
  name: "reset",
  argument: "[text]",
  summary: "As /new.",
  run: (call) => begin(source, call),
});

const begin = async (source: BeginSource, { address, argument }: CommandCall): Promise<CommandOutcome> => {
  await beginSession(source, address);
  return argument === "" ? answer("A new session began.") : { kind: "message", text: argument };
};
