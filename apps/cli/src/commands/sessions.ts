/** `koi sessions`: the conversations of a gateway, the one that changed last first. */

import type { Command } from "../command.ts";
import { ADDRESS_OPTIONS, addressOf, withGateway } from "../gateway-address.ts";
import { readOptions } from "../options.ts";
import { report, table } from "../report.ts";

export const sessions: Command = async (context) => {
  const { options, switches } = readOptions(context.args, ADDRESS_OPTIONS, { switches: ["json"] });
  return report(context, switches.has("json"), async () => {
    const listed = await withGateway(await addressOf(context, options), (client) =>
      client.request("sessions.list", {}),
    );
    if (listed.sessions.length === 0) return { json: listed, lines: ["There is no session yet."] };
    const rows = listed.sessions.map(({ key, status, updatedAt, totalTokens, costUsd }) => [
      key,
      status,
      new Date(updatedAt).toLocaleString(),
      `${totalTokens.toLocaleString()} tokens`,
      `$${costUsd.toFixed(2)}`,
    ]);
    return { json: listed, lines: table([["SESSION", "STATUS", "LAST CHANGE", "TOKENS", "COST"], ...rows]) };
  });
};
