/** Who is connected right now and which devices said so of themselves, told to the others without flooding them. */

import type { PresenceEntry } from "@skykoi/protocol";

import type { Beacon } from "./beacon.ts";

export interface Presence {
  join(client: ConnectedClient): void;
  leave(connId: string): void;
  /** A device tells about itself; forgotten after `TTL_MS` unless it is connected or tells again. */
  report(beacon: Beacon): void;
  /** The newest first, at most `limit`. */
  entries(limit?: number): PresenceEntry[];
  /** Open connections. */
  readonly count: () => number;
  /** Counts the changes. */
  version(): number;
  close(): void;
}

export type ConnectedClient = Omit<PresenceEntry, "reason" | "lastSeenAt" | "ts" | "text"> & {
  readonly connId: string;
  readonly connectedAt: number;
};

export interface PresenceOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly announce: () => void;
}

/** Each is told about each: what one announcement costs must not grow with the square of the clients. */
const ANNOUNCED = 50;
const MAX_BEACONS = 200;
const TTL_MS = 5 * 60_000;

/** A change is told after a moment that grows with the number of clients. */
const announceDelayMs = (clients: number): number => Math.min(20_000, 50 + clients * 20);

export const createPresence = ({ now, announce }: PresenceOptions): Presence => {
  const connected = new Map<string, ConnectedClient>();
  const beacons = new Map<string, Beacon & { readonly ts: number }>();
  let changes = 0;
  let timer: NodeJS.Timeout | undefined;

  const changed = (): void => {
    changes++;
    timer ??= setTimeout(() => {
      timer = undefined;
      announce();
    }, announceDelayMs(connected.size));
    timer.unref();
  };

  const expire = (): void => {
    const oldest = now() - TTL_MS;
    for (const [key, { ts }] of beacons) {
      if (ts >= oldest && beacons.size <= MAX_BEACONS) return;
      beacons.delete(key);
      changes++;
    }
  };

  return {
    join: (client) => {
      connected.set(client.connId, client);
      changed();
    },
    leave: (connId) => {
      if (connected.delete(connId)) changed();
    },
    report: (beacon) => {
      const before = beacons.get(beacon.key);
      // Last in the order of the map, which is that of their age.
      beacons.delete(beacon.key);
      beacons.set(beacon.key, { ...before, ...beacon, ts: now() });
      expire();
      if (!before || DISPLAYED.some((field) => before[field] !== beacon[field])) changed();
    },
    entries: (limit = ANNOUNCED) => {
      expire();
      const newest = [...connected.values()].slice(-limit).toReversed();
      const told = newest.map((client) => connectedEntry(client, beaconOf(beacons, client), now()));
      const seen = new Set([...connected.values()].flatMap(identities));
      const others = [...beacons.values()].filter((beacon) => !identities(beacon).some((id) => seen.has(id)));
      return [...told, ...others.toReversed().map(beaconEntry)].slice(0, limit);
    },
    count: () => connected.size,
    version: () => changes,
    close: () => clearTimeout(timer),
  };
};

/** What others see of a beacon; a mere sign of life is told to nobody. */
const DISPLAYED = ["host", "ip", "version", "mode", "reason"] as const;

const identities = ({ instanceId, deviceId }: { instanceId?: string; deviceId?: string }): string[] =>
  [instanceId, deviceId].filter((id) => id !== undefined);

const beaconOf = <T extends Beacon>(beacons: ReadonlyMap<string, T>, client: ConnectedClient): T | undefined =>
  identities(client)
    .map((id) => beacons.get(id))
    .find((beacon) => beacon !== undefined);

const connectedEntry = (
  client: ConnectedClient,
  beacon: (Beacon & { readonly ts: number }) | undefined,
  now: number,
): PresenceEntry => {
  const { key: _key, ts: _ts, text: _text, ...told } = beacon ?? { key: "", ts: 0, text: "" };
  // What the connection proved counts more than what was told.
  return {
    ...told,
    ...client,
    reason: told.reason ?? "connect",
    lastSeenAt: now,
    ts: now,
    text: `${client.displayName ?? client.clientId} · app ${client.version} · mode ${client.mode}`,
  };
};

const beaconEntry = ({ key: _key, ts, ...told }: Beacon & { readonly ts: number }): PresenceEntry => ({
  ...told,
  clientId: told.host ?? "node",
  version: told.version ?? "unknown",
  platform: told.platform ?? "unknown",
  mode: told.mode ?? "node",
  role: "node",
  reason: told.reason ?? "beacon",
  lastSeenAt: ts,
  ts,
});
