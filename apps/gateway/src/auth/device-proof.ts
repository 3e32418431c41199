/** Verifies that a client holds the Ed25519 key of the device it claims to be. */

import { createHash, verify } from "node:crypto";

import type { ConnectParams } from "@skykoi/protocol";

import { ed25519PublicKey } from "./ed25519.ts";

/** How old a proof may be, and how far the device's clock may be off. */
const MAX_AGE_MS = 120_000;

/** Undefined when the proof holds, else what is wrong with it. */
export const deviceProofProblem = (params: ConnectParams, nonce: string, nowMs: number): string | undefined => {
  const { device } = params;
  if (!device) return undefined;
  if (device.nonce !== nonce) return "device.nonce is not the one of this connection's challenge";

  if (Math.abs(nowMs - device.signedAt) > MAX_AGE_MS) {
    return `device.signedAt is more than ${MAX_AGE_MS / 1000} seconds off this gateway's clock`;
  }
  const key = ed25519PublicKey(device.publicKey);
  if (!key) return "device.publicKey must be 32 bytes in base64url";
  if (device.id !== createHash("sha256").update(Buffer.from(device.publicKey, "base64url")).digest("hex")) {
    return "device.id must be the hex SHA-256 of device.publicKey";
  }

  const signature = Buffer.from(device.signature, "base64url");
  const holds = signedTexts(params, device).some((text) => verify(null, Buffer.from(text, "utf8"), key, signature));
  return holds ? undefined : "device.signature does not match";
};

type Device = NonNullable<ConnectParams["device"]>;

/** What clients sign, the newer form first; some write the names of their platform in small letters there. */
const signedTexts = (params: ConnectParams, device: Device): string[] => {
  const { client } = params;
  const shared = [
    device.id,
    client.id,
    client.mode,
    params.role ?? "operator",
    (params.scopes ?? []).join(","),
    String(device.signedAt),
    params.auth?.token ?? params.auth?.deviceToken ?? params.auth?.bootstrapToken ?? "",
    device.nonce,
  ];
  const [platform, family] = [client.platform, client.deviceFamily ?? ""];
  return [
    ["v3", ...shared, platform, family],
    ["v3", ...shared, platform.trim().toLowerCase(), family.trim().toLowerCase()],
    ["v2", ...shared],
  ].map((parts) => parts.join("|"));
};
