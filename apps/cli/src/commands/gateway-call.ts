/** `koi gateway call`: one method of a running gateway; by default the one of this home. */

import { connectOnce } from "@skykoi/client/node";
import { loadConfig, resolveHome } from "@skykoi/config";
import { fault, isFault, toFault } from "@skykoi/fault";
import { METHODS, isMethodName, type MethodName } from "@skykoi/protocol";
import { compileValidator, parseOrThrow } from "@skykoi/schema";

import { UsageError, type Command, type CommandContext } from "../command.ts";
import { EXIT, exitCodeOf } from "../exit-code.ts";
import { readOptions } from "../options.ts";
import { version } from "../version.ts";

export const gatewayCall: Command = async (context) => {
  const names = ["params", "url", "token"] as const;
  const { options, switches, positionals } = readOptions(context.args, names, {
    maxPositionals: 1,
    switches: ["json"],
  });
  const [method] = positionals;
  if (method === undefined) throw new UsageError("Name the method to call, for example: koi gateway call health.");
  if (!isMethodName(method)) throw new UsageError(`"${method}" is not a method of the gateway.`);
  const params = parseJson(options.params ?? "{}");

  const asJson = switches.has("json");
  try {
    const result = await call({ context, method, params, address: await addressOf(context, options) });
    context.print(JSON.stringify(result, null, asJson ? 0 : 2));
    return EXIT.ok;
  } catch (thrown) {
    if (!asJson) throw thrown;
    // Who asked for JSON reads standard output, also to learn what went wrong.
    const { code, message, details } = toFault(thrown);
    context.print(JSON.stringify({ error: { code, message, details } }));
    return exitCodeOf(code);
  }
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError("--params must be JSON.");
  }
};

interface Address {
  readonly url: string;
  readonly token: string;
}

interface Call {
  readonly context: CommandContext;
  readonly method: MethodName;
  readonly params: unknown;
  readonly address: Address;
}

const call = async ({ method, params, address: { url, token } }: Call): Promise<unknown> => {
  const valid = parseOrThrow(compileValidator(METHODS[method].params), params, "params");
  const identity = { id: "koi-cli", version, platform: process.platform, mode: "cli" };
  const client = await connectOnce(url, token, { client: identity }).catch((thrown: unknown) => {
    throw withAddress(thrown, url);
  });
  try {
    return await client.request(method, valid);
  } finally {
    client.close();
  }
};

const addressOf = async (
  { env }: CommandContext,
  options: { readonly url?: string; readonly token?: string },
): Promise<Address> => {
  if (options.url && options.token) return { url: options.url, token: options.token };
  const { config } = await loadConfig({ home: resolveHome(env), env });
  return {
    url: options.url ?? `ws://127.0.0.1:${config.gateway.port}`,
    token: options.token ?? config.gateway.auth.token,
  };
};

/** The general sentence about an agent does not help somebody who typed an address. */
const withAddress = (thrown: unknown, url: string): unknown =>
  isFault(thrown) && thrown.code === "AGENT_UNREACHABLE"
    ? fault("AGENT_UNREACHABLE", {
        message: `No gateway answers at ${url} (${thrown.detail ?? "no reason given"}).`,
        cause: thrown,
      })
    : thrown;
