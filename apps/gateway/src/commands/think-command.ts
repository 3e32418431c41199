/** `/think`: how much the model of this session reasons before it answers. */

import { parseThinking, THINKING_WORDS } from "../runs/thinking.ts";
import { patchSession } from "../sessions/patch-session.ts";
import { sessionSettings } from "../sessions/session-settings.ts";
import { answer, type ChatCommand } from "./chat-command.ts";
import type { CommandSource } from "./command-source.ts";

export const createThinkCommand = (source: CommandSource): ChatCommand => ({
  name: "think",
  argument: "[off|low|medium|high|default]",
  summary: "Shows or changes how much the model reasons.",
  run: async ({ address, argument }) => {
    const { config, store } = source;
    const level = argument.toLowerCase();
    if (level !== "") {
      if (!THINKING_WORDS.includes(level)) return answer(`Write one of ${THINKING_WORDS.join(", ")}.`);
      await patchSession(source, address, { thinking: parseThinking(level) ?? null });
    }
    const { thinking } = sessionSettings(address.agentId, store.record(address), config.current().agents);
    return answer(`Thinking: ${thinking}`);
  },
});
