/** `koi config set`: through the gateway when one runs on this home, so that there is one writer; else in the file. */

import { connectOnce } from "@skykoi/client/node";
import { createConfigFile, formatProblem, loadConfig, resolveHome, type ConfigProblem } from "@skykoi/config";
import { isFault } from "@skykoi/fault";
import { acquireLock } from "@skykoi/lock";

import { UsageError, type Command, type CommandContext } from "../command.ts";
import { EXIT } from "../exit-code.ts";
import { readOptions } from "../options.ts";
import { version } from "../version.ts";

export const configSet: Command = async (context) => {
  const { switches, positionals } = readOptions(context.args, [], { maxPositionals: 2, switches: ["json"] });
  const [path, written] = positionals;
  if (path === undefined || written === undefined) {
    throw new UsageError("Name the key and its value, for example: koi config set logging.level debug.");
  }
  const wanted = { path, value: valueOf(written) };
  const result = (await throughGateway(context, wanted)) ?? (await inFile(context, wanted));
  if (switches.has("json")) context.print(JSON.stringify(result));
  else explain(context, path, result);
  return EXIT.ok;
};

interface Wanted {
  readonly path: string;
  readonly value: unknown;
}

interface Result {
  readonly hash: string;
  readonly restartNeeded: readonly string[];
  readonly warnings: readonly ConfigProblem[];
}

/** JSON where it is JSON, else the text itself; null takes the key away. */
const valueOf = (written: string): unknown => {
  try {
    return JSON.parse(written);
  } catch {
    // A word without quotes is meant as it stands.
    return written;
  }
};

/** undefined when no gateway answers. */
const throughGateway = async ({ env }: CommandContext, wanted: Wanted): Promise<Result | undefined> => {
  const address = await addressOf(env);
  if (!address) return undefined;
  const identity = { id: "koi-cli", version, platform: process.platform, mode: "cli" };
  try {
    const client = await connectOnce(address.url, address.token, { client: identity });
    try {
      const { hash } = await client.request("config.get", {});
      return await client.request("config.set", { ...wanted, baseHash: hash });
    } finally {
      client.close();
    }
  } catch (thrown) {
    if (isFault(thrown) && thrown.code === "AGENT_UNREACHABLE") return undefined;
    throw thrown;
  }
};

const addressOf = async (env: CommandContext["env"]): Promise<{ url: string; token: string } | undefined> => {
  try {
    const { port, auth } = (await loadConfig({ home: resolveHome(env), env })).config.gateway;
    return { url: `ws://127.0.0.1:${port}`, token: auth.token };
  } catch (thrown) {
    // With such a configuration no gateway runs; the change may be what corrects it.
    if (isFault(thrown) && thrown.code === "CONFIG_INVALID") return undefined;
    throw thrown;
  }
};

/** Throws DATA_DIR_LOCKED when a gateway runs on the home that could not be asked. */
const inFile = async ({ env }: CommandContext, wanted: Wanted): Promise<Result> => {
  const home = resolveHome(env);
  const lock = acquireLock(home, { owner: "koi config" });
  try {
    const { hash, parsed } = await createConfigFile({ home, env }).change({ kind: "set", ...wanted });
    return { hash, restartNeeded: [], warnings: parsed.warnings };
  } finally {
    lock.release();
  }
};

const explain = ({ print }: CommandContext, path: string, { restartNeeded, warnings }: Result): void => {
  print(`${path} is set.`);
  if (restartNeeded.length > 0) print(`After a restart of the gateway these act: ${restartNeeded.join(", ")}.`);
  for (const warning of warnings) if (path.startsWith(warning.path)) print(formatProblem(warning));
};
