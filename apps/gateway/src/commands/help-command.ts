/** `/help`: what can be written after a slash. */

import { answer, type ChatCommand } from "./chat-command.ts";

export const createHelpCommand = (others: () => readonly ChatCommand[]): ChatCommand => {
  const help: ChatCommand = {
    name: "help",
    argument: "",
    summary: "Shows the commands.",
    run: () => answer([...others(), help].map(line).join("\n")),
  };
  return help;
};

const line = ({ name, argument, summary }: ChatCommand): string =>
  `/${name}${argument === "" ? "" : ` ${argument}`}: ${summary}`;
