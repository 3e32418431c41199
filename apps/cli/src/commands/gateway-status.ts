/** `koi gateway status`: whether the gateway runs and how it feels, in a few lines. */

import type { Command } from "../command.ts";
import { ADDRESS_OPTIONS, addressOf, withGateway } from "../gateway-address.ts";
import { readOptions } from "../options.ts";
import { report, table } from "../report.ts";

export const gatewayStatus: Command = async (context) => {
  const { options, switches } = readOptions(context.args, ADDRESS_OPTIONS, { switches: ["json"] });
  return report(context, switches.has("json"), async () => {
    const address = await addressOf(context, options);
    const status = await withGateway(address, (client) => client.request("status", {}));
    const { health, version, uptimeMs, clients, sessions, rssBytes } = status;
    const rows = [
      ["gateway", `${address.url}, version ${version}, up for ${duration(uptimeMs)}`],
      ["health", health.ok ? "ok" : "degraded"],
      ...health.reasons.map((reason) => ["", reason]),
      ["model", `${health.model.primary}${health.model.demo ? " (offline demo)" : ""}`],
      ["work", `${health.activeRuns} running, ${health.queuedInputs} waiting`],
      ["clients", String(clients)],
      ["sessions", String(sessions)],
      ["memory", `${Math.round(rssBytes / 1e6)} MB`],
    ];
    return { json: status, lines: table(rows) };
  });
};

const duration = (milliseconds: number): string => {
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 1) return `${Math.floor(milliseconds / 1000)} s`;
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
};
