/** `koi models`: the models a gateway can use. */

import type { Command } from "../command.ts";
import { ADDRESS_OPTIONS, addressOf, withGateway } from "../gateway-address.ts";
import { readOptions } from "../options.ts";
import { report, table } from "../report.ts";

export const models: Command = async (context) => {
  const { options, switches } = readOptions(context.args, ADDRESS_OPTIONS, { switches: ["json"] });
  return report(context, switches.has("json"), async () => {
    const listed = await withGateway(await addressOf(context, options), (client) => client.request("models.list", {}));
    const rows = listed.models.map(({ id, name, contextWindow, available, input }) => [
      id,
      name,
      `${contextWindow.toLocaleString()} tokens`,
      input.join(" and "),
      available ? "available" : "no credentials",
    ]);
    return { json: listed, lines: table([["MODEL", "NAME", "WINDOW", "READS", ""], ...rows]) };
  });
};
