/** `/model`: which model answers in this session from the next message on. */

import { isFault } from "@skykoi/fault";

import { patchSession } from "../sessions/patch-session.ts";
import { sessionSettings } from "../sessions/session-settings.ts";
import { answer, type ChatCommand } from "./chat-command.ts";
import type { CommandSource } from "./command-source.ts";

export const createModelCommand = (source: CommandSource): ChatCommand => ({
  name: "model",
  argument: "[model|default]",
  summary: "Shows or changes the model of this session.",
  run: async ({ address, argument }) => {
    const { config, store, catalog } = source;
    if (argument === "") {
      const { model } = sessionSettings(address.agentId, store.record(address), config.current().agents);
      const aliases = Object.entries(catalog.aliases()).map(([alias, ref]) => `${alias}: ${ref}`);
      return answer([`Model: ${model}`, ...aliases].join("\n"));
    }
    try {
      await patchSession(source, address, { model: argument === "default" ? null : argument });
    } catch (thrown) {
      if (isFault(thrown) && thrown.code === "MODEL_NOT_FOUND") return answer(thrown.message);
      throw thrown;
    }
    const { model } = sessionSettings(address.agentId, store.record(address), config.current().agents);
    return answer(`The model of this session is ${catalog.resolveRef(model)} from now on.`);
  },
});
