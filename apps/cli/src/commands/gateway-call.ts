/** `koi gateway call`: one method of a running gateway; by default the one of this home. */

import { connectOnce } from "@skykoi/client/node";
import { loadConfig, resolveHome } from "@skykoi/config";
import { METHODS, isMethodName } from "@skykoi/protocol";
import { compileValidator, parseOrThrow } from "@skykoi/schema";

import { UsageError, type Command, type CommandContext } from "../command.ts";
import { EXIT } from "../exit-code.ts";
import { readOptions } from "../options.ts";
import { version } from "../version.ts";

export const gatewayCall: Command = async (context) => {
  const { options, positionals } = readOptions(context.args, ["params", "url", "token"], 1);
  const [method] = positionals;
  if (method === undefined) throw new UsageError("Name the method to call, for example: koi gateway call health.");
  if (!isMethodName(method)) throw new UsageError(`"${method}" is not a method of the gateway.`);
  const params = parseOrThrow(compileValidator(METHODS[method].params), parseJson(options.params ?? "{}"), "params");

  const { url, token } = await addressOf(context, options);
  const client = await connectOnce(url, token, {
    client: { id: "koi-cli", version, platform: process.platform, mode: "cli" },
  });
  try {
    context.print(JSON.stringify(await client.request(method, params), null, 2));
    return EXIT.ok;
  } finally {
    client.close();
  }
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError("--params must be JSON.");
  }
};

const addressOf = async (
  { env }: CommandContext,
  options: { readonly url?: string; readonly token?: string },
): Promise<{ url: string; token: string }> => {
  if (options.url && options.token) return { url: options.url, token: options.token };
  const { config } = await loadConfig({ home: resolveHome(env), env });
  return {
    url: options.url ?? `ws://127.0.0.1:${config.gateway.port}`,
    token: options.token ?? config.gateway.auth.token,
  };
};
