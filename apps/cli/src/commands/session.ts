/** `koi sessions show|search|reset|delete`: one conversation of a running gateway, and the words in all of them. */

import type { ChatMessage } from "@skykoi/protocol";

import { UsageError, type Command } from "../command.ts";
import { ADDRESS_OPTIONS, addressOf, withGateway } from "../gateway-address.ts";
import { readOptions } from "../options.ts";
import { report } from "../report.ts";
import { wholeNumber } from "./cron-options.ts";

export const sessionsShow: Command = (context) => {
  const { options, switches, key } = readKey(context.args);
  const limit = wholeNumber(options.limit ?? "20", "--limit");
  return report(context, switches.has("json"), async () => {
    const page = await withGateway(await addressOf(context, options), (client) =>
      client.request("chat.history", { sessionKey: key, limit }),
    );
    const shown = page.messages.flatMap(linesOf);
    return { json: page, lines: shown.length > 0 ? shown : ["Nothing was said yet."] };
  });
};

export const sessionsReset: Command = (context) => {
  const { options, switches, key } = readKey(context.args);
  return report(context, switches.has("json"), async () => {
    const done = await withGateway(await addressOf(context, options), (client) =>
      client.request("sessions.reset", { key }),
    );
    return { json: done, lines: [`${done.key} begins anew; what was said is kept.`] };
  });
};

export const sessionsDelete: Command = (context) => {
  const { options, switches, key } = readKey(context.args);
  return report(context, switches.has("json"), async () => {
    const done = await withGateway(await addressOf(context, options), (client) =>
      client.request("sessions.delete", { key }),
    );
    return { json: done, lines: [done.deleted ? `Deleted ${done.key}.` : `There is no session ${done.key}.`] };
  });
};

export const sessionsSearch: Command = (context) => {
  const { options, switches, positionals } = readOptions(context.args, [...ADDRESS_OPTIONS, "limit"], {
    maxPositionals: 64,
    switches: ["json"],
  });
  if (positionals.length === 0) throw new UsageError("Say what to look for.");
  const params = { query: positionals.join(" "), limit: wholeNumber(options.limit ?? "20", "--limit") };
  return report(context, switches.has("json"), async () => {
    const found = await withGateway(await addressOf(context, options), (client) =>
      client.request("sessions.search", params),
    );
    const lines = found.matches.map(
      ({ sessionKey, timestamp, snippet }) =>
        `${new Date(timestamp).toLocaleString()}  ${sessionKey}  ${snippet.replaceAll(/\s+/g, " ")}`,
    );
    return { json: found, lines: lines.length > 0 ? lines : ["Nothing was found."] };
  });
};

const readKey = (args: readonly string[]) => {
  const read = readOptions(args, [...ADDRESS_OPTIONS, "limit"], { maxPositionals: 1, switches: ["json"] });
  const [key] = read.positionals;
  if (key === undefined) throw new UsageError("Name the session; koi sessions lists them.");
  return { ...read, key };
};

/** What was said, and by whom; tools are left to `koi chat`. */
const linesOf = ({ role, timestamp, content }: ChatMessage): string[] => {
  const blocks: readonly { readonly type: string; readonly text?: string }[] = content;
  const text = blocks.flatMap((block) => (block.type === "text" && block.text ? [block.text] : [])).join("\n");
  if (text === "" || role === "toolResult") return [];
  return [`${new Date(timestamp).toLocaleString()}  ${NAMES[role]}`, text, ""];
};

const NAMES = { user: "you", assistant: "koi", notice: "note" } as const;
