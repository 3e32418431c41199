/** All commands of the chat: a new one is a file of its own and a line here. */

import type { ChatCommand } from "./chat-command.ts";
import type { CommandSource } from "./command-source.ts";
import { compactCommand } from "./compact-command.ts";
import { contextCommand } from "./context-command.ts";
import { createHelpCommand } from "./help-command.ts";
import { createModelCommand } from "./model-command.ts";
import { createNewCommand, createResetCommand } from "./new-command.ts";
import { createQueueCommand } from "./queue-command.ts";
import { createStatusCommand } from "./status-command.ts";
import { stopCommand } from "./stop-command.ts";
import { createThinkCommand } from "./think-command.ts";
import { createUsageCommand } from "./usage-command.ts";

/** In the order in which `/help` shows them. */
export const createCommandTable = (source: CommandSource): readonly ChatCommand[] => {
  const commands: ChatCommand[] = [
    createNewCommand(source),
    createResetCommand(source),
    stopCommand,
    createStatusCommand(source),
    createModelCommand(source),
    createThinkCommand(source),
    createQueueCommand(source),
    createUsageCommand(source),
    compactCommand,
    contextCommand,
  ];
  return [...commands, createHelpCommand(() => commands)];
};
