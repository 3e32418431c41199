/** The devices and the hashes of their tokens: a token itself is known to its device only. */

import { createHash, randomBytes } from "node:crypto";

import { fault } from "@skykoi/fault";
import type { Logger } from "@skykoi/log";
import { hasScope, type Scope } from "@skykoi/protocol";

import { isSameToken } from "../auth/token.ts";
import { readDevices, writeDevices, type StoredDevice, type StoredToken } from "./stored-devices.ts";

export interface DeviceStoreOptions {
  readonly path: string;
  readonly now: () => number;
  readonly log: Logger;
  /** The device that was used longest ago is forgotten for a new one. */
  readonly maxDevices?: number;
}

/** What a device says of itself when it connects. */
type DeviceFacts = Omit<StoredDevice, "createdAtMs" | "tokens">;

export interface DeviceStore {
  list(): readonly StoredDevice[];
  /** A token for these scopes: the present one while this process knows it, else a new one. */
  issue(device: DeviceFacts, role: string, scopes: readonly Scope[]): string;
  /** The scopes of a token that holds. */
  verify(deviceId: string, role: string, token: string): readonly Scope[] | undefined;
  /** One token takes the place of all of the role. Throws NOT_FOUND, FORBIDDEN for scopes that were not granted. */
  rotate(
    deviceId: string,
    role: string,
    scopes?: readonly Scope[],
  ): { readonly token: string; readonly entry: StoredToken };
  /** Throws NOT_FOUND. */
  revoke(deviceId: string, role: string): { readonly revokedAtMs: number };
}

const MAX_TOKENS = 8;

/** Every change is on disk before it is told. Throws STORAGE_FAILED; then nothing changed. */
export const createDeviceStore = ({ path, now, log, maxDevices = 500 }: DeviceStoreOptions): DeviceStore => {
  /** Read on first use: most gateways never see a device. */
  let devices: readonly StoredDevice[] | undefined;
  /** Tokens by their hash, as far as this process made them. */
  const known = new Map<string, string>();

  const list = (): readonly StoredDevice[] => {
    if (devices === undefined) {
      const read = readDevices(path);
      if (!read) log.warn("devices.json cannot be used and was put aside; devices need the gateway's token again");
      devices = read ?? [];
    }
    return devices;
  };

  const find = (deviceId: string): StoredDevice | undefined => list().find((device) => device.deviceId === deviceId);

  const save = (device: StoredDevice): void => {
    const others = list().filter(({ deviceId }) => deviceId !== device.deviceId);
    const kept = [...others, device].toSorted((a, b) => lastUse(b) - lastUse(a)).slice(0, maxDevices);
    try {
      writeDevices(path, kept);
    } catch (cause) {
      throw fault("STORAGE_FAILED", { cause });
    }
    devices = kept;
    const hashes = new Set(kept.flatMap(({ tokens }) => tokens.map(({ hash }) => hash)));
    for (const hash of known.keys()) if (!hashes.has(hash)) known.delete(hash);
  };

  const create = (role: string, scopes: readonly Scope[]): { token: string; entry: StoredToken } => {
    const token = `dvt_${randomBytes(32).toString("base64url")}`;
    return { token, entry: { role, scopes: [...scopes], hash: hashOf(token), createdAtMs: now() } };
  };

  const existing = (deviceId: string, role: string): { device: StoredDevice; ofRole: readonly StoredToken[] } => {
    const device = find(deviceId);
    const ofRole = device?.tokens.filter((token) => token.role === role) ?? [];
    if (!device || ofRole.length === 0)
      throw fault("NOT_FOUND", { message: "There is no such device with that role." });
    return { device, ofRole };
  };

  return {
    list,
    issue: (facts, role, scopes) => {
      const device = find(facts.deviceId) ?? { ...facts, createdAtMs: now(), tokens: [] };
      const present = device.tokens.find((token) => isLive(token, role) && sameScopes(token.scopes, scopes));
      const token = present && known.get(present.hash);
      if (token !== undefined) return token;
      const { token: created, entry } = create(role, scopes);
      const others = device.tokens.filter((other) => other !== present && !(other.role === role && other.revokedAtMs));
      known.set(entry.hash, created);
      save({ ...device, ...facts, tokens: [entry, ...others].slice(0, MAX_TOKENS) });
      return created;
    },
    verify: (deviceId, role, token) => {
      const hash = hashOf(token);
      const found = find(deviceId)?.tokens.find((entry) => isLive(entry, role) && isSameToken(hash, entry.hash));
      // Not worth a write: it goes to the disk with the next change.
      if (found) found.lastUsedAtMs = now();
      return found?.scopes;
    },
    rotate: (deviceId, role, wished) => {
      const { device, ofRole } = existing(deviceId, role);
      const granted = ofRole.flatMap((token) => (token.revokedAtMs === undefined ? token.scopes : []));
      const scopes = wished ?? [...new Set(granted)];
      const beyond = scopes.find((scope) => !hasScope(granted, scope));
      if (granted.length === 0 || beyond !== undefined) {
        throw fault("FORBIDDEN", {
          message: `The device was not granted ${beyond ?? "anything that could be rotated"}.`,
        });
      }
      const { token, entry } = create(role, scopes);
      const rotated = { ...entry, rotatedAtMs: now() };
      known.set(entry.hash, token);
      save({ ...device, tokens: [rotated, ...device.tokens.filter((other) => other.role !== role)] });
      return { token, entry: rotated };
    },
    revoke: (deviceId, role) => {
      const { device } = existing(deviceId, role);
      const revokedAtMs = now();
      const tokens = device.tokens.map((token) =>
        token.role === role ? { ...token, revokedAtMs: token.revokedAtMs ?? revokedAtMs } : token,
      );
      save({ ...device, tokens });
      return { revokedAtMs };
    },
  };
};

const hashOf = (token: string): string => createHash("sha256").update(token, "utf8").digest("hex");

const isLive = (token: StoredToken, role: string): boolean => token.role === role && token.revokedAtMs === undefined;

const sameScopes = (a: readonly Scope[], b: readonly Scope[]): boolean =>
  a.length === b.length && a.every((scope) => b.includes(scope));

const lastUse = ({ createdAtMs, tokens }: StoredDevice): number =>
  Math.max(createdAtMs, ...tokens.map((token) => token.lastUsedAtMs ?? token.createdAtMs));
