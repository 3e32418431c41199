/** Seals what must be read back (gateway tokens) with AES-256-GCM under a key that never enters the database. */

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

import { fault } from "@skykoi/fault";

interface Sealed {
  /** Names the key, so that a wrong one is recognized and keys can be rotated. */
  readonly keyId: string;
  /** Nonce, ciphertext and tag, base64url, joined by dots. */
  readonly sealed: string;
}

export interface Envelope {
  readonly keyId: string;
  /** `context` (the row's id) is authenticated: a sealed value moved to another row does not open. */
  seal(plaintext: string, context: string): Sealed;
  /** Throws CONFIG_INVALID for another key than the one it was sealed with, DATA_DIR_CORRUPT when it was altered. */
  open(value: Sealed, context: string): string;
}

const MIN_SECRET_LENGTH = 32;
const CIPHER = "aes-256-gcm";
const KEY_BYTES = 32;
const KEY_ID_BYTES = 6;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export const createEnvelope = (secretKey: string): Envelope => {
  if (secretKey.length < MIN_SECRET_LENGTH) {
    throw fault("CONFIG_INVALID", {
      message: `SKYKOI_SECRET_KEY is too short: it must have at least ${MIN_SECRET_LENGTH} characters.`,
    });
  }
  const key = derive(secretKey, "skykoi/envelope/key", KEY_BYTES);
  const keyId = derive(secretKey, "skykoi/envelope/key-id", KEY_ID_BYTES).toString("hex");

  return {
    keyId,
    seal: (plaintext, context) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(context));
      const ciphertext = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final()]);
      return { keyId, sealed: [nonce, ciphertext, cipher.getAuthTag()].map(encode).join(".") };
    },
    open: (value, context) => {
      if (value.keyId !== keyId) throw wrongKey(value.keyId, keyId);
      return decrypt(value.sealed, key, context);
    },
  };
};

const derive = (secretKey: string, purpose: string, bytes: number): Buffer =>
  Buffer.from(hkdfSync("sha256", secretKey, "", purpose, bytes));

const encode = (bytes: Buffer): string => bytes.toString("base64url");

const decrypt = (sealed: string, key: Buffer, context: string): string => {
  const [nonce, ciphertext, tag] = sealed.split(".").map((part) => Buffer.from(part, "base64url"));
  if (!nonce || !ciphertext || !tag) throw altered(context);
  try {
    const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(context))
      .setAuthTag(tag);
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString("utf8");
  } catch (cause) {
    throw altered(context, cause);
  }
};

const wrongKey = (sealedWith: string, given: string) =>
  fault("CONFIG_INVALID", {
    message:
      "The secret key (secret.key, or SKYKOI_SECRET_KEY) is not the one this database's secrets were sealed with. Start with the original key again.",
    detail: `sealed with key ${sealedWith}, running with key ${given}`,
  });

const altered = (context: string, cause?: unknown) =>
  fault("DATA_DIR_CORRUPT", {
    message: "A stored secret was altered and cannot be opened. Restore the database from a backup.",
    detail: `sealed value of ${context}`,
    cause,
  });
