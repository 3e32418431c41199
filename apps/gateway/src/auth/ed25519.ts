/** Ed25519 public keys as 32 raw bytes in base64url, the form in which devices and issuers of tickets give them. */

import { createPublicKey, type KeyObject } from "node:crypto";

const KEY_BYTES = 32;
/** DER header of a raw Ed25519 public key (RFC 8410). */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

/** undefined for what is no such key. */
export const ed25519PublicKey = (base64url: string): KeyObject | undefined => {
  const raw = Buffer.from(base64url, "base64url");
  if (raw.length !== KEY_BYTES) return undefined;
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: "der", type: "spki" });
};
