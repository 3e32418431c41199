/** Connections to gateways, one an instance: opened on demand, shared by requests, closed when nobody needs them. */

import { createGatewayClient, type GatewayClient, type Socket } from "@skykoi/client";
import type { GatewayAddress } from "@skykoi/control";
import { fault } from "@skykoi/fault";
import type { Logger } from "@skykoi/log";

export interface GatewayPoolOptions {
  readonly open: (address: GatewayAddress) => Socket;
  readonly version: string;
  readonly log: Logger;
  readonly idleMs?: number;
  readonly maxConnections?: number;
  readonly readyTimeoutMs: number;
}

export interface GatewayLease {
  readonly client: GatewayClient;
  /** Idempotent. The connection stays for the next request for a while. */
  release(): void;
}

export interface GatewayPool {
  /** A connection that has said hello. Throws AGENT_UNREACHABLE, or UNAVAILABLE when too many agents are in use. */
  lease(address: GatewayAddress): Promise<GatewayLease>;
  close(): void;
}

interface Connection {
  readonly address: GatewayAddress;
  readonly client: GatewayClient;
  users: number;
  idleTimer: NodeJS.Timeout | undefined;
}

export const createGatewayPool = (options: GatewayPoolOptions): GatewayPool => {
  const { idleMs = 60_000, maxConnections = 256, readyTimeoutMs, log } = options;
  /** In order of last use: the first idle one is the one to give up. */
  const connections = new Map<string, Connection>();

  const drop = (connection: Connection): void => {
    clearTimeout(connection.idleTimer);
    if (connections.get(connection.address.instanceId) === connection) {
      connections.delete(connection.address.instanceId);
    }
    connection.client.close();
  };

  const makeRoom = (): void => {
    if (connections.size < maxConnections) return;
    const idle = [...connections.values()].find(({ users }) => users === 0);
    if (!idle) throw fault("UNAVAILABLE", { detail: `${connections.size} gateway connections are in use` });
    drop(idle);
  };

  const open = (address: GatewayAddress): Connection => {
    makeRoom();
    const client = createGatewayClient({
      open: () => options.open(address),
      credentials: async () => ({ token: address.token }),
      client: { id: "skykoi-api", version: options.version, platform: process.platform, mode: "backend" },
      // What a person may do is decided before a request gets here; nothing here ever administers.
      scopes: ["operator.write"],
      resume: true,
    });
    return { address, client, users: 0, idleTimer: undefined };
  };

  const current = (address: GatewayAddress): Connection => {
    const known = connections.get(address.instanceId);
    const usable = known && known.client.state.kind !== "closed" && sameAddress(known.address, address);
    // A new address or token: whoever still follows a run on the old connection learns that it ended.
    if (known && !usable) drop(known);
    const connection = usable ? known : open(address);
    connections.delete(address.instanceId);
    connections.set(address.instanceId, connection);
    return connection;
  };

  const release = (connection: Connection): void => {
    connection.users -= 1;
    if (connection.users > 0) return;
    connection.idleTimer = setTimeout(() => drop(connection), idleMs);
    connection.idleTimer.unref();
  };

  return {
    lease: async (address) => {
      const connection = current(address);
      clearTimeout(connection.idleTimer);
      connection.users += 1;
      try {
        await connection.client.ready({ timeoutMs: readyTimeoutMs });
      } catch (cause) {
        log.warn("gateway does not answer", { agentId: address.agentId, instanceId: address.instanceId, error: cause });
        connection.users -= 1;
        if (connection.users === 0) drop(connection);
        throw fault("AGENT_UNREACHABLE", { detail: `instance ${address.instanceId}`, cause });
      }
      let leased = true;
      return {
        client: connection.client,
        release: () => {
          if (!leased) return;
          leased = false;
          release(connection);
        },
      };
    },
    close: () => {
      for (const connection of connections.values()) drop(connection);
    },
  };
};

const sameAddress = (a: GatewayAddress, b: GatewayAddress): boolean =>
  a.url === b.url && a.token === b.token && a.certificateFingerprint === b.certificateFingerprint;
