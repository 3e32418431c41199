/** A real gateway on a free port with a home of its own, and clients that are closed with it. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parseConfigText, type SkykoiConfig } from "@skykoi/config";
import { silentLogger } from "@skykoi/log";

import { startGateway } from "../gateway.ts";
import type { Gateway, GatewayOptions } from "../options.ts";
import { openRawClient, type RawClient } from "./raw-client.ts";
import { echo, SCRIPTED_REF, scriptedCatalog } from "./scripted-catalog.ts";

export const TOKEN = "gwt_test_token_0123456789";

export interface TestGateway {
  readonly gateway: Gateway;
  readonly home: string;
  readonly workspace: string;
  /** Not yet connected. */
  open(options?: { readonly path?: string; readonly headers?: Record<string, string> }): RawClient;
  /** Connected with all scopes. */
  client(connect?: object): Promise<RawClient>;
  stop(): Promise<void>;
}

export interface TestGatewayOptions extends Partial<Omit<GatewayOptions, "config">> {
  readonly config?: (config: SkykoiConfig) => SkykoiConfig;
  /** The models of the configuration instead of a scripted one. */
  readonly configuredModels?: boolean;
}

export const testConfig = (workspace: string): SkykoiConfig => {
  const text = JSON.stringify({
    gateway: { mode: "local", port: 0, auth: { token: TOKEN } },
    agents: { defaults: { workspace, model: { primary: SCRIPTED_REF }, userTimezone: "UTC" } },
  });
  const parsed = parseConfigText(text, {});
  if (!parsed.ok) throw new Error(`test configuration: ${JSON.stringify(parsed.problems)}`);
  return parsed.config;
};

export const temporaryDirectory = (): Promise<string> => mkdtemp(join(tmpdir(), "koi-gateway-"));

/** With `home` given the directory is kept by `stop`, for tests that start again on it. */
export const startTestGateway = async (options: TestGatewayOptions = {}): Promise<TestGateway> => {
  const { config: change = (config) => config, configuredModels = false, ...rest } = options;
  const root = await temporaryDirectory();
  const home = rest.home ?? join(root, "home");
  const workspace = join(root, "koi");
  const gateway = await startGateway({
    version: "0.0.0-test",
    log: silentLogger,
    env: { PATH: process.env["PATH"] },
    ...(configuredModels ? {} : { catalog: scriptedCatalog(echo) }),
    ...rest,
    home,
    config: change(testConfig(workspace)),
  });
  const clients: RawClient[] = [];

  const open: TestGateway["open"] = ({ path = "", headers } = {}) => {
    const client = openRawClient(`${gateway.url}${path}`, TOKEN, headers);
    clients.push(client);
    return client;
  };
  return {
    gateway,
    home,
    workspace,
    open,
    client: async (connect = {}) => {
      const client = open();
      await client.connect(connect);
      return client;
    },
    stop: async () => {
      for (const client of clients) client.socket.terminate();
      await gateway.close();
      await rm(root, { recursive: true, force: true });
    },
  };
};
