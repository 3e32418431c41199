/** The form of devices.json, and how it is read and replaced. */

import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

import { SCOPES, type Scope } from "@skykoi/protocol";
import { compileValidator } from "@skykoi/schema";
import { Type, type Static, type TProperties } from "typebox";

const closed = <P extends TProperties>(properties: P) => Type.Object(properties, { additionalProperties: false });

const time = () => Type.Integer({ minimum: 0 });

const StoredToken = closed({
  role: Type.String(),
  scopes: Type.Array(Type.Enum<Scope[]>([...SCOPES])),
  /** Hex SHA-256 of the token. */
  hash: Type.String(),
  createdAtMs: time(),
  rotatedAtMs: Type.Optional(time()),
  revokedAtMs: Type.Optional(time()),
  lastUsedAtMs: Type.Optional(time()),
});
export type StoredToken = Static<typeof StoredToken>;

const StoredDevice = closed({
  deviceId: Type.String(),
  publicKey: Type.String(),
  displayName: Type.Optional(Type.String()),
  platform: Type.String(),
  clientId: Type.String(),
  clientMode: Type.String(),
  createdAtMs: time(),
  tokens: Type.Array(StoredToken),
});
export type StoredDevice = Static<typeof StoredDevice>;

const validate = compileValidator(closed({ version: Type.Literal(1), devices: Type.Array(StoredDevice) }));

/** undefined when the file cannot be used; then it was put aside, and its devices need the gateway's token again. */
export const readDevices = (path: string): StoredDevice[] | undefined => {
  if (!existsSync(path)) return [];
  const check = validate(parse(readFileSync(path, "utf8")));
  if (check.ok) return check.value.devices;
  renameSync(path, `${path}.broken`);
  return undefined;
};

/** Whole or not at all, readable by the owner only. */
export const writeDevices = (path: string, devices: readonly StoredDevice[]): void => {
  writeFileSync(`${path}.tmp`, `${JSON.stringify({ version: 1, devices }, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(`${path}.tmp`, path);
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: not valid.
    return undefined;
  }
};
