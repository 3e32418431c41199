/** `koi logs`: what the gateway wrote to its log, followed if wanted; of one that does not run, the end of its file. */

import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

import { resolveHome } from "@skykoi/config";
import { isFault } from "@skykoi/fault";
import { logPath } from "@skykoi/gateway/log-path";
import type { MethodResult } from "@skykoi/protocol";

import { UsageError, type Command, type CommandContext } from "../command.ts";
import { EXIT } from "../exit-code.ts";
import { ADDRESS_OPTIONS, addressOf, stayConnected, withGateway, type Address } from "../gateway-address.ts";
import { logLine } from "../log-line.ts";
import { readOptions } from "../options.ts";
import { report } from "../report.ts";

const LEVELS = ["debug", "info", "warn", "error"] as const;

/** Between two looks at the gateway. */
const FOLLOW_MS = 500;

type Page = MethodResult<"logs.tail">;

export const logs: Command = async (context) => {
  const words = context.args.map((word) => (word === "-f" ? "--follow" : word));
  const { options, switches } = readOptions(words, ["level", "limit", ...ADDRESS_OPTIONS], {
    switches: ["json", "follow"],
  });
  const query = { limit: limitOf(options.limit), level: levelOf(options.level) };
  const asJson = switches.has("json");
  if (switches.has("follow")) return follow(context, await addressOf(context, options), query, asJson);
  return report(context, asJson, async () => {
    const address = await addressOf(context, options);
    const page = await withGateway(address, (client) => client.request("logs.tail", query)).catch((thrown: unknown) => {
      if (options.url === undefined && isFault(thrown) && thrown.code === "AGENT_UNREACHABLE") {
        return fromFile(resolveHome(context.env), query);
      }
      throw thrown;
    });
    return { json: page, lines: page.lines.map(logLine) };
  });
};

type Query = { readonly limit: number; readonly level: (typeof LEVELS)[number] };

/** Ends with the process: Ctrl+C. */
const follow = async (context: CommandContext, address: Address, query: Query, asJson: boolean): Promise<number> => {
  const client = stayConnected(address);
  try {
    let cursor: number | undefined;
    for (;;) {
      const page = await nextPage(() =>
        client.request("logs.tail", { ...query, ...(cursor !== undefined && { cursor }) }),
      );
      if (page) {
        if (cursor !== undefined && page.truncated) context.complain("koi: Some lines were missed.");
        for (const line of page.lines) context.print(asJson ? line : logLine(line));
        ({ cursor } = page);
      } else if (client.state.kind === "closed") {
        return EXIT.fault;
      }
      await delay(FOLLOW_MS);
    }
  } finally {
    client.close();
  }
};

/** Nothing while the gateway is away: it may come back. */
const nextPage = async (ask: () => Promise<Page>): Promise<Page | undefined> => {
  try {
    return await ask();
  } catch (thrown) {
    if (isFault(thrown) && (thrown.code === "AGENT_UNREACHABLE" || thrown.code === "TIMEOUT")) return undefined;
    throw thrown;
  }
};

const fromFile = async (home: string, { limit, level }: Query): Promise<Page> => {
  const file = logPath(home);
  const text = await readFile(file, "utf8");
  const wanted = LEVELS.slice(LEVELS.indexOf(level));
  const all = text
    .split("\n")
    .filter((line) => line !== "" && wanted.some((name) => line.includes(`"level":"${name}"`)));
  const lines = all.slice(-limit);
  const size = Buffer.byteLength(text);
  return { file, cursor: 0, size, lines, truncated: lines.length < all.length, reset: false };
};

const limitOf = (text = "200"): number => {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > 5000) throw new UsageError(`--limit must be a number from 1 to 5000; it is "${text}".`);
  return limit;
};

const levelOf = (text = "debug"): (typeof LEVELS)[number] => {
  const level = LEVELS.find((name) => name === text);
  if (!level) throw new UsageError(`--level must be ${LEVELS.join(", ")}; it is "${text}".`);
  return level;
};
