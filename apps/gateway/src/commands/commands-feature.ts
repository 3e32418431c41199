/** `commands.list`. */

import type { GatewayContext } from "../context.ts";
import type { Feature } from "../feature.ts";
import type { Handlers } from "../rpc/method-table.ts";

type CommandMethods = Pick<Handlers, "commands.list">;

export const createCommandsFeature = (source: Pick<GatewayContext, "commandTable">): Feature<CommandMethods> => ({
  methods: {
    "commands.list": () => ({
      commands: source.commandTable.map(({ name, argument, summary }) => ({
        name,
        textAliases: [`/${name}`],
        description: summary,
        source: "native",
        scope: "text",
        acceptsArgs: argument !== "",
        argument,
      })),
    }),
  },
});
