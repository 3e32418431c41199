/** What a client of the protocol family tells about its own device in a `system-event`. */

import type { MethodParams } from "@skykoi/protocol";

export interface Beacon {
  readonly key: string;
  readonly text: string;
  readonly instanceId?: string;
  readonly deviceId?: string;
  readonly host?: string;
  readonly ip?: string;
  readonly version?: string;
  readonly platform?: string;
  readonly deviceFamily?: string;
  readonly modelIdentifier?: string;
  readonly mode?: string;
  readonly reason?: string;
  readonly lastInputSeconds?: number;
}

type SystemEvent = MethodParams<"system-event">;

/** `Node: host (ip) · app 1.2 · last input 3s ago · mode ui · reason launch` */
const LINE =
  /^Node:\s*(?<host>[^ (]+)\s*\((?<ip>[^)]+)\)\s*·\s*app\s*(?<version>[^·]+?)\s*·\s*last input\s*(?<seconds>\d{1,9})s ago\s*·\s*mode\s*(?<mode>[^·]+?)\s*·\s*reason\s*(?<reason>.+)$/i;

/** Whether the text is for presence alone: the model has no use for it, and is not shown it. */
export const isBeacon = ({ text }: SystemEvent): boolean => text.startsWith("Node:");

export const readBeacon = (event: SystemEvent): Beacon => {
  const said = LINE.exec(event.text.trim())?.groups ?? {};
  const host = event.host ?? said["host"];
  const told = {
    instanceId: event.instanceId,
    deviceId: event.deviceId,
    host,
    ip: event.ip ?? said["ip"],
    version: event.version ?? said["version"],
    platform: event.platform,
    deviceFamily: event.deviceFamily,
    modelIdentifier: event.modelIdentifier,
    mode: event.mode ?? said["mode"],
    reason: event.reason ?? said["reason"],
  };
  const lastInputSeconds =
    event.lastInputSeconds ?? (said["seconds"] === undefined ? undefined : Number(said["seconds"]));
  const text = event.text.slice(0, MAX_TEXT);
  return {
    key: event.instanceId ?? event.deviceId ?? host ?? text,
    text,
    ...withoutGaps(told),
    ...(lastInputSeconds !== undefined && lastInputSeconds >= 0 && { lastInputSeconds }),
  };
};

const MAX_TEXT = 256;

type Told = Omit<Beacon, "key" | "text" | "lastInputSeconds">;

const withoutGaps = (told: { readonly [K in keyof Told]: string | undefined }): Told =>
  Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined));
