/** Verifies that a client holds the Ed25519 key of the device it claims to be. */

import { createHash, createPublicKey, verify } from "node:crypto";

import type { ConnectParams } from "@skykoi/protocol";

/** Undefined when the proof holds, else what is wrong with it. */
export const deviceProofProblem = (params: ConnectParams, nonce: string): string | undefined => {
  const { device } = params;
  if (!device) return undefined;
  if (device.nonce !== nonce) return "device.nonce is not the one of this connection's challenge";

  const publicKey = Buffer.from(device.publicKey, "base64url");
  if (publicKey.length !== ED25519_KEY_BYTES) return "device.publicKey must be 32 bytes in base64url";
  if (device.id !== createHash("sha256").update(publicKey).digest("hex")) {
    return "device.id must be the hex SHA-256 of device.publicKey";
  }

  const signature = Buffer.from(device.signature, "base64url");
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: "der", type: "spki" });
  const holds = signedTexts(params, device).some((text) => verify(null, Buffer.from(text, "utf8"), key, signature));
  return holds ? undefined : "device.signature does not match";
};

const ED25519_KEY_BYTES = 32;
/** DER header of a raw Ed25519 public key (RFC 8410). */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

type Device = NonNullable<ConnectParams["device"]>;

/** What clients sign, the newer form first. */
const signedTexts = (params: ConnectParams, device: Device): string[] => {
  const { client } = params;
  const shared = [
    device.id,
    client.id,
    client.mode,
    params.role ?? "operator",
    (params.scopes ?? []).join(","),
    String(device.signedAt),
    params.auth?.token ?? "",
    device.nonce,
  ];
  return [["v3", ...shared, client.platform, client.deviceFamily ?? ""].join("|"), ["v2", ...shared].join("|")];
};
