/** `koi gateway call`: one method of a running gateway; by default the one of this home. */

import { METHODS, isMethodName } from "@skykoi/protocol";
import { compileValidator, parseOrThrow } from "@skykoi/schema";

import { UsageError, type Command } from "../command.ts";
import { ADDRESS_OPTIONS, addressOf, withGateway } from "../gateway-address.ts";
import { readOptions } from "../options.ts";
import { report } from "../report.ts";

export const gatewayCall: Command = async (context) => {
  const { options, switches, positionals } = readOptions(context.args, ["params", ...ADDRESS_OPTIONS], {
    maxPositionals: 1,
    switches: ["json"],
  });
  const [method] = positionals;
  if (method === undefined) throw new UsageError("Name the method to call, for example: koi gateway call health.");
  if (!isMethodName(method)) throw new UsageError(`"${method}" is not a method of the gateway.`);
  const params = parseJson(options.params ?? "{}");

  return report(context, switches.has("json"), async () => {
    const valid = parseOrThrow(compileValidator(METHODS[method].params), params, "params");
    const json = await withGateway(await addressOf(context, options), (client) => client.request(method, valid));
    return { json, lines: [JSON.stringify(json, null, 2)] };
  });
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError("--params must be JSON.");
  }
};
