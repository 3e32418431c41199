/** Whether a message is a command: its first word is the name of one. Pure. */

import type { ChatCommand } from "./chat-command.ts";

export interface ParsedCommand {
  readonly command: ChatCommand;
  /** What was written after the name. */
  readonly argument: string;
}

/** Anything else that begins with a slash, a path for example, is a message for the agent. */
export const parseCommand = (
  text: string,
  table: readonly ChatCommand[],
  resetTriggers: readonly string[],
): ParsedCommand | undefined => {
  const written = text.trim();
  const named = (name: string): ChatCommand | undefined => table.find((command) => command.name === name);
  const [, name = "", argument = ""] = /^\/([a-z]+):?(?:\s+([^]*))?$/i.exec(written) ?? [];
  const command = named(name.toLowerCase());
  if (command) return { command, argument };
  const reset = named("reset");
  const trigger = resetTriggers.find((one) => one !== "" && startsWithWord(written, one));
  return reset && trigger !== undefined
    ? { command: reset, argument: written.slice(trigger.length).trim() }
    : undefined;
};

const startsWithWord = (text: string, word: string): boolean =>
  text.slice(0, word.length).toLowerCase() === word.toLowerCase() && /^(?:\s|$)/.test(text.slice(word.length));
