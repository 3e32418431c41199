/** The embedded default: database, API, dashboard, relay and provisioner composed in one process. */

import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

import { getRequestListener } from "@hono/node-server";
import { CLIENT_ADDRESS_HEADER, createApi } from "@skykoi/api";
import { mountApi } from "@skykoi/api/mount";
import { createControl, openDatabase } from "@skykoi/control";
import { fault } from "@skykoi/fault";
import { acquireLock } from "@skykoi/lock";
import type { Logger } from "@skykoi/log";
import {
  createBootstrap,
  createLocalDriver,
  createReconciler,
  resolveModel,
  type HostSigns,
} from "@skykoi/provisioner";
import { createRelay } from "@skykoi/relay";

import { stampClientAddress } from "./client-address.ts";
import { createClosing } from "./closing.ts";
import type { StandaloneConfig } from "./config.ts";
import { startDashboard } from "./dashboard-server.ts";
import { createHostRule } from "./host-rule.ts";
import { listen } from "./http-server.ts";
import { loadSecretKey } from "./secret-key.ts";

export interface StandaloneOptions {
  readonly config: StandaloneConfig;
  /** The checkout, with dist/koi.mjs and the dashboard's build in it. */
  readonly root: string;
  readonly version: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Logger;
}

export interface Standalone {
  readonly url: string;
  readonly dataDir: string;
  readonly model: { readonly ref: string; readonly demo: boolean };
  /** Stops every part and every child process, the last started first. */
  close(): Promise<void>;
}

/** Throws DATA_DIR_LOCKED, PORT_IN_USE, DATA_DIR_CORRUPT, PROGRAM_MISSING; nothing is left open then. */
export const startStandalone = async (options: StandaloneOptions): Promise<Standalone> => {
  const closing = createClosing(options.log);
  try {
    return await compose(options, closing);
  } catch (error) {
    await closing.closeAll();
    throw error;
  }
};

const compose = async (options: StandaloneOptions, closing: ReturnType<typeof createClosing>): Promise<Standalone> => {
  const { config, root, version, env, log } = options;
  const koiBundle = requireBuilt(join(root, "dist", "koi.mjs"));
  const dashboardDir = join(root, "apps", "dashboard");
  requireBuilt(join(dashboardDir, ".next", "BUILD_ID"));

  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const lock = acquireLock(config.dataDir, { owner: "another SkyKoi" });
  closing.add("data directory", () => lock.release());
  const secretKey = loadSecretKey(config.dataDir, config.secretKey);

  const server = await listen(config, (error) => log.error("A request failed.", { error }));
  closing.add("HTTP server", () => server.close());
  const local = `http://127.0.0.1:${server.port}`;
  const publicUrls = [config.publicUrl, `http://localhost:${server.port}`, local].filter((url) => url !== undefined);

  const database = await openDatabase({
    ...(config.databaseUrl ? { url: config.databaseUrl } : { dataDir: join(config.dataDir, "database") }),
    log: log.child("database"),
  });
  closing.add("database", () => database.close());
  const control = createControl({ database, secretKey, log: log.child("control") });

  const model = resolveModel(env, hostSigns());
  const api = createApi({
    control,
    database: database.kysely,
    secretKey,
    publicUrls,
    openSignUp: config.openSignUp,
    version,
    model: { ref: model.ref, demo: model.demo },
    bootstrap: createBootstrap({ model }),
    log: log.child("api"),
  });
  closing.add("API", () => api.close());
  mountApi(api);

  const relay = createRelay({ control, publicUrls, log: log.child("relay") });
  closing.add("relay", () => relay.close());

  const dashboard = await startDashboard(dashboardDir);
  closing.add("dashboard", () => dashboard.close());
  const listener = getRequestListener((request) => api.fetch(request), { overrideGlobalObjects: false });

  server.open({
    isOurHost: createHostRule(publicUrls),
    // For pages too: Next finds the API by spellings of its path that are not known here.
    prepare: (request) => stampClientAddress(request, CLIENT_ADDRESS_HEADER),
    handleApi: (request, response) => listener(request, response),
    handlePage: (request, response) => dashboard.handle(request, response),
    handleUpgrade: (request, socket, head) => relay.handleUpgrade(request, socket, head),
  });

  const driver = createLocalDriver({
    directory: join(config.dataDir, "instances"),
    koiBundle,
    enrolUrl: local,
    model,
    env,
    log: log.child("driver"),
  });
  closing.add("instances", () => driver.close());
  const reconciler = createReconciler({ control, driver, log: log.child("provisioner") });
  closing.add("provisioner", () => reconciler.stop());
  await reconciler.start();
  // Last added, first closed: no request meets a part that is already gone.
  closing.add("HTTP server", () => server.close());
  // Before that: a server is not closed as long as one of its sockets is open.
  closing.add("relay", () => relay.close());

  return {
    url: publicUrls[0] ?? local,
    dataDir: config.dataDir,
    model: { ref: model.ref, demo: model.demo },
    close: () => closing.closeAll(),
  };
};

/** Bedrock answers by itself where the AWS tools have been set up. */
const hostSigns = (): HostSigns => ({ awsCredentialsFile: existsSync(join(homedir(), ".aws", "credentials")) });

const requireBuilt = (file: string): string => {
  if (existsSync(file)) return file;
  throw fault("PROGRAM_MISSING", { message: `${file} is missing. Build it with: npm run build` });
};
