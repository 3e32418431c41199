/** A device as a test sees it: a key of its own, and proofs made with it. */

import { createHash, generateKeyPairSync, sign } from "node:crypto";

import type { RawClient } from "./raw-client.ts";

export interface TestDevice {
  readonly id: string;
  /** Params of `connect` for a connection with this challenge. */
  params(nonce: string, auth: { readonly token?: string; readonly deviceToken?: string }, more?: DeviceConnect): object;
  /** Connects and gives back the whole answer. */
  connect(
    client: RawClient,
    auth: { readonly token?: string; readonly deviceToken?: string },
    more?: DeviceConnect,
  ): ReturnType<RawClient["ask"]>;
}

interface DeviceConnect {
  readonly scopes?: readonly string[];
  /** Milliseconds since the epoch. Default: now. */
  readonly signedAt?: number;
  readonly nonce?: string;
}

export const createTestDevice = (): TestDevice => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
  const id = createHash("sha256").update(raw).digest("hex");

  const params: TestDevice["params"] = (nonce, auth, { scopes = [], signedAt = Date.now() } = {}) => {
    const token = auth.token ?? auth.deviceToken ?? "";
    const text = [
      "v3",
      id,
      "phone",
      "ui",
      "operator",
      scopes.join(","),
      String(signedAt),
      token,
      nonce,
      "ios",
      "",
    ].join("|");
    return {
      minProtocol: 4,
      maxProtocol: 4,
      client: { id: "phone", version: "1", platform: "ios", mode: "ui", displayName: "Ada's phone" },
      role: "operator",
      scopes,
      caps: [],
      auth,
      device: {
        id,
        publicKey: raw.toString("base64url"),
        signature: sign(null, Buffer.from(text), privateKey).toString("base64url"),
        signedAt,
        nonce,
      },
    };
  };

  return {
    id,
    params,
    connect: async (client, auth, more = {}) => {
      const { nonce } = await client.challenge();
      return client.ask("connect", params(more.nonce ?? nonce, auth, more));
    },
  };
};
