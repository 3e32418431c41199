/** A relay on a port of its own, before a domain with people, agents and a gateway. */

import { once } from "node:events";
import { createServer } from "node:http";

import { createControl, type Actor, type AgentRecord, type Control, type Phase } from "@skykoi/control";
import { openTestDatabase } from "@skykoi/control/testing";
import { createLogger } from "@skykoi/log";
import type { ClientOptions } from "ws";

import { createRelay, type Relay, type RelayOptions } from "../relay.ts";
import { openTestClient, type TestClient } from "./test-client.ts";
import { portOf } from "./test-gateway.ts";

export const ORIGIN = "http://localhost:3000";

export interface Domain {
  readonly control: Control;
  person(name: string): Promise<Actor>;
  agent(owner: Actor, gateway: { url: string; certificateFingerprint?: string }, phase?: Phase): Promise<AgentRecord>;
  ticket(actor: Actor, agent: AgentRecord): Promise<string>;
  close(): Promise<void>;
}

export const openDomain = async (): Promise<Domain> => {
  const database = await openTestDatabase();
  const log = createLogger({ write: () => undefined });
  const control = createControl({ database, secretKey: "ab".repeat(32), log });
  return {
    control,
    person: (name) => control.actorFor({ userId: `usr_${name}`, email: `${name}@example.com`, name }),
    agent: async (owner, gateway, phase = "ready") => {
      const { id, instance } = await control.agents.create(owner, { name: "Koi" });
      const token = await control.enrolment.issue(instance.id, {});
      await control.enrolment.exchange(token);
      const { url, certificateFingerprint } = gateway;
      await control.enrolment.complete(token, {
        gatewayVersion: "1.2.3",
        gatewayUrl: url,
        ...(certificateFingerprint ? { certificateFingerprint } : {}),
      });
      const found = await control.fleet.load(instance.id);
      if (!found) throw new Error("the instance is gone");
      await control.fleet.record(found.instance, { phase }, []);
      return await control.agents.get(owner, id);
    },
    ticket: async (actor, agent) => (await control.tickets.issue(actor, agent.id)).ticket,
    close: () => database.close(),
  };
};

export interface RelayFixture {
  readonly relay: Relay;
  readonly url: string;
  readonly logLines: readonly string[];
  open(options?: ClientOptions & { path?: string }): TestClient;
  close(): Promise<void>;
}

export const openRelay = async (control: Control, options: Partial<RelayOptions> = {}): Promise<RelayFixture> => {
  const logLines: string[] = [];
  const log = createLogger({ level: "debug", write: (line) => void logLines.push(line) });
  const relay = createRelay({ control, publicUrls: [ORIGIN], log, ...options });
  const server = createServer((_request, response) => response.writeHead(404).end());
  server.on("upgrade", (request, socket, head) => {
    if (!relay.handleUpgrade(request, socket, head)) socket.destroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `ws://127.0.0.1:${portOf(server)}`;
  return {
    relay,
    url,
    logLines,
    open: ({ path = "/relay", ...more } = {}) => openTestClient(`${url}${path}`, more),
    close: async () => {
      await relay.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

export const connectFrame = (token: string | undefined, more: object = {}) => ({
  type: "req",
  id: "c1",
  method: "connect",
  params: {
    minProtocol: 3,
    maxProtocol: 4,
    client: { id: "test", version: "1", platform: "test", mode: "webchat" },
    ...(token === undefined ? {} : { auth: { token } }),
    ...more,
  },
});
