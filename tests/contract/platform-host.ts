/** API and relay on a port, before a real instance: the koi process of an agent, enrolled over HTTP. */

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { getRequestListener } from "@hono/node-server";
import { createApi } from "@skykoi/api";
import { createControl, type Control, type InstanceRecord } from "@skykoi/control";
import { openTestDatabase } from "@skykoi/control/testing";
import { silentLogger as log } from "@skykoi/log";
import { createBootstrap, resolveModel } from "@skykoi/provisioner";
import { createRelay } from "@skykoi/relay";

import { eventually } from "../e2e/waiting.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const KOI = join(ROOT, "apps", "cli", "src", "main.ts");

export interface PlatformHost {
  readonly url: string;
  readonly relayUrl: string;
  readonly control: Control;
  /** Starts the agent's gateway and waits until it enrolled; the agent is ready then. */
  startInstance(agentId: string, instanceId: string): Promise<Instance>;
  close(): Promise<void>;
}

export interface Instance {
  /** As a power cut does. */
  kill(): Promise<void>;
  /** The same home and port again. */
  restart(): Promise<void>;
}

export const openPlatformHost = async (): Promise<PlatformHost> => {
  const directory = mkdtempSync(join(tmpdir(), "skykoi-contract-"));
  const database = await openTestDatabase();
  const secretKey = "ab".repeat(32);
  const control = createControl({ database, secretKey, log });
  const server = createServer();
  const port = await listenOn(server);
  const url = `http://127.0.0.1:${port}`;
  const model = resolveModel({ SKYKOI_MODEL: "offline/demo" }, { awsCredentialsFile: false });
  const api = createApi({
    control,
    database: database.kysely,
    secretKey,
    publicUrls: [url],
    version: "0.0.0",
    model: { ref: model.ref, demo: model.demo },
    bootstrap: createBootstrap({ model }),
    log,
  });
  const relay = createRelay({ control, publicUrls: [url], log });
  const listener = getRequestListener((request) => api.fetch(request), { overrideGlobalObjects: false });
  server.on("request", (request, response) => void listener(request, response));
  server.on("upgrade", (request, socket, head) => {
    if (!relay.handleUpgrade(request, socket, head)) socket.destroy();
  });

  const running = new Set<ChildProcess>();
  const launch = (home: string): ChildProcess => {
    const child = spawn(process.execPath, [KOI, "instance", "run"], {
      env: { PATH: process.env.PATH, HOME: home, SKYKOI_HOME: home },
      stdio: "ignore",
    });
    running.add(child);
    child.once("exit", () => running.delete(child));
    return child;
  };

  return {
    url,
    relayUrl: `ws://127.0.0.1:${port}/relay`,
    control,
    startInstance: async (agentId, instanceId) => {
      const home = join(directory, instanceId, "home");
      mkdirSync(home, { recursive: true });
      const placement = { port: await freePort(), bind: "loopback", workspace: join(directory, instanceId, "koi") };
      const token = await control.enrolment.issue(instanceId, placement);
      writeFileSync(join(home, "enrolment.json"), JSON.stringify({ url, token }), { mode: 0o600 });
      let child = launch(home);
      await eventually(`the instance of ${agentId} enrols`, async () => (await load(control, instanceId)).enrolledAt);
      await control.fleet.record(await load(control, instanceId), { phase: "ready" }, []);
      return {
        kill: async () => {
          child.kill("SIGKILL");
          await once(child, "exit");
        },
        restart: async () => {
          child = launch(home);
        },
      };
    },
    close: async () => {
      for (const child of running) child.kill("SIGKILL");
      api.close();
      await relay.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await database.close();
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};

const load = async (control: Control, instanceId: string): Promise<InstanceRecord> => {
  const found = await control.fleet.load(instanceId);
  if (!found) throw new Error(`no instance ${instanceId}`);
  return found.instance;
};

const listenOn = async (server: Server): Promise<number> => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the server does not listen");
  return address.port;
};

const freePort = async (): Promise<number> => {
  const server = createServer();
  const port = await listenOn(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
};
