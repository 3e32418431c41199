/** `/queue`: what happens to messages of this session while a run is under way. */

import { patchSession } from "../sessions/patch-session.ts";
import { answer, type ChatCommand } from "./chat-command.ts";
import type { CommandSource } from "./command-source.ts";

const MODES = ["steer", "followup", "collect", "interrupt"] as const;

export const createQueueCommand = (source: CommandSource): ChatCommand => ({
  name: "queue",
  argument: "[steer|followup|collect|interrupt|default]",
  summary: "Shows or changes how messages wait while a run is under way.",
  run: async ({ address, argument }) => {
    const { config, store } = source;
    const written = argument.toLowerCase();
    if (written !== "") {
      const queueMode = MODES.find((mode) => mode === written) ?? null;
      if (queueMode === null && written !== "default") return answer(`Write one of ${MODES.join(", ")}, default.`);
      await patchSession(source, address, { queueMode });
    }
    const { mode, byChannel } = config.current().messages.queue;
    return answer(`Queue: ${store.record(address)?.overrides?.queueMode ?? byChannel[address.channel] ?? mode}`);
  },
});
