/** Which gateway a command speaks with: the one of this home, or the one that `--url` and `--token` name. */

import { connectOnce, nodeSocket } from "@skykoi/client/node";
import { createGatewayClient, type GatewayClient } from "@skykoi/client";
import { loadConfig, resolveHome } from "@skykoi/config";
import { fault, isFault } from "@skykoi/fault";

import type { CommandContext } from "./command.ts";
import { version } from "./version.ts";

export interface Address {
  readonly url: string;
  readonly token: string;
}

export interface AddressOptions {
  readonly url?: string;
  readonly token?: string;
}

/** The options every command takes that speaks with a gateway. */
export const ADDRESS_OPTIONS = ["url", "token"] as const;

/** Throws CONFIG_INVALID when the home's configuration has to be asked and cannot be read. */
export const addressOf = async ({ env }: CommandContext, options: AddressOptions): Promise<Address> => {
  if (options.url && options.token) return { url: options.url, token: options.token };
  const { config } = await loadConfig({ home: resolveHome(env), env });
  return {
    url: options.url ?? `ws://127.0.0.1:${config.gateway.port}`,
    token: options.token ?? config.gateway.auth.token,
  };
};

/** One errand at a gateway; the connection is closed afterwards. */
export const withGateway = async <T>(address: Address, errand: (client: GatewayClient) => Promise<T>): Promise<T> => {
  const client = await connectOnce(address.url, address.token, { client: identity("cli") }).catch((thrown: unknown) => {
    throw withAddress(thrown, address.url);
  });
  try {
    return await errand(client);
  } finally {
    client.close();
  }
};

/** A connection that is made again when it is lost. */
export const stayConnected = ({ url, token }: Address): GatewayClient =>
  createGatewayClient({
    open: () => nodeSocket(url),
    credentials: async () => ({ token }),
    client: identity("ui"),
  });

const identity = (mode: string) => ({
  id: "koi-cli",
  version,
  platform: process.platform,
  mode,
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
});

/** The general sentence about an agent does not help somebody who typed an address. */
const withAddress = (thrown: unknown, url: string): unknown =>
  isFault(thrown) && thrown.code === "AGENT_UNREACHABLE"
    ? fault("AGENT_UNREACHABLE", {
        message: `No gateway answers at ${url} (${thrown.detail ?? "no reason given"}).`,
        cause: thrown,
      })
    : thrown;
