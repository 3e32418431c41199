/** `koi gateway run`: the gateway by itself, configured by skykoi.json; the first run makes a token. */

import { randomBytes } from "node:crypto";

import { isConfigured, resolveHome, writeInitialConfig, type ConfigFlags } from "@skykoi/config";

import { UsageError, type Command, type CommandContext } from "../command.ts";
import { readOptions } from "../options.ts";
import { serve } from "../serve.ts";
import { keepHeapSmall } from "../small-heap.ts";

export const gatewayRun: Command = async (context) => {
  keepHeapSmall();
  const flags = readFlags(context.args);
  await ensureToken(context, flags);
  return serve({ context, flags });
};

const readFlags = (args: readonly string[]): ConfigFlags => {
  const { port, token, bind } = readOptions(args, ["port", "token", "bind"]).options;
  if (port !== undefined && !/^\d{1,5}$/.test(port)) throw new UsageError(`--port must be a number; it is "${port}".`);
  if (bind !== undefined && bind !== "loopback" && bind !== "lan") {
    throw new UsageError(`--bind must be loopback or lan; it is "${bind}".`);
  }
  return {
    ...(port === undefined ? {} : { port }),
    ...(token === undefined ? {} : { token }),
    ...(bind === undefined ? {} : { bind }),
  };
};

const ensureToken = async ({ env, print }: CommandContext, flags: ConfigFlags): Promise<void> => {
  const home = resolveHome(env);
  if (flags.token || env.SKYKOI_GATEWAY_TOKEN || (await isConfigured(home))) return;
  const path = await writeInitialConfig(home, `gwt_${randomBytes(32).toString("base64url")}`);
  print(`Wrote ${path} with a new token.`);
};
