import { createHash, generateKeyPairSync, sign, type KeyObject } from "node:crypto";

import type { ConnectParams } from "@skykoi/protocol";
import { describe, expect, it } from "vitest";

import { deviceProofProblem } from "./device-proof.ts";

const SIGNED_AT = 1_767_225_600_000;
const NONCE = "nonce-of-this-connection";

const rawKey = (publicKey: KeyObject): Buffer => publicKey.export({ format: "der", type: "spki" }).subarray(-32);

const signed = (version: "v2" | "v3", change: Partial<ConnectParams> = {}): ConnectParams => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = rawKey(publicKey);
  const id = createHash("sha256").update(raw).digest("hex");
  const shared = [version, id, "app", "ui", "operator", "operator.read,operator.write", "1767225600000", "tok", NONCE];
  const text = [...shared, ...(version === "v3" ? ["ios", "phone"] : [])].join("|");
  return {
    minProtocol: 3,
    maxProtocol: 4,
    client: { id: "app", version: "1", platform: "ios", mode: "ui", deviceFamily: "phone" },
    role: "operator",
    scopes: ["operator.read", "operator.write"],
    auth: { token: "tok" },
    device: {
      id,
      publicKey: raw.toString("base64url"),
      signature: sign(null, Buffer.from(text), privateKey).toString("base64url"),
      signedAt: SIGNED_AT,
      nonce: NONCE,
    },
    ...change,
  };
};

describe("device proof", () => {
  it.each(["v2", "v3"] as const)("holds when the device signed the %s text", (version) => {
    expect(deviceProofProblem(signed(version), NONCE, SIGNED_AT)).toBeUndefined();
  });

  it("is not needed with a valid token", () => {
    const { device: _device, ...params } = signed("v3");
    expect(deviceProofProblem(params, NONCE, SIGNED_AT)).toBeUndefined();
  });

  it("is refused for another connection's challenge", () => {
    expect(deviceProofProblem(signed("v3"), "another", SIGNED_AT)).toContain("device.nonce");
  });

  it.each([
    ["another client", { client: { id: "other", version: "1", platform: "ios", mode: "ui", deviceFamily: "phone" } }],
    ["wider scopes", { scopes: ["operator.admin"] }],
    ["another token", { auth: { token: "other" } }],
  ])("is refused when it was made for %s", (_case, change) => {
    expect(deviceProofProblem(signed("v3", change), NONCE, SIGNED_AT)).toContain("device.signature");
  });

  it("is refused when the id belongs to another key, or the key is none", () => {
    const params = signed("v3");
    const { device } = params;
    if (!device) throw new Error("no device");
    expect(deviceProofProblem({ ...params, device: { ...device, id: "0".repeat(64) } }, NONCE, SIGNED_AT)).toContain(
      "device.id",
    );
    expect(deviceProofProblem({ ...params, device: { ...device, publicKey: "AAAA" } }, NONCE, SIGNED_AT)).toContain(
      "32 bytes",
    );
    expect(deviceProofProblem({ ...params, device: { ...device, signature: "AAAA" } }, NONCE, SIGNED_AT)).toContain(
      "signature",
    );
  });

  it("is refused when it is older, or from further in the future, than two minutes", () => {
    const params = signed("v3");
    for (const offMs of [-120_000, 120_000]) {
      expect(deviceProofProblem(params, NONCE, SIGNED_AT + offMs)).toBeUndefined();
      expect(deviceProofProblem(params, NONCE, SIGNED_AT + offMs + Math.sign(offMs))).toContain("device.signedAt");
    }
  });
});
