import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import type { GatewayAddress } from "@skykoi/control";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { dial, openWebSocket } from "./dial.ts";
import { DEFAULT_RELAY_LIMITS } from "./limits.ts";
import { openTestGateway, type TestGateway } from "./testing/test-gateway.ts";

let gateway: TestGateway;
let fingerprint: string;
beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), "skykoi-relay-"));
  const [keyPath, certPath] = [join(directory, "key.pem"), join(directory, "cert.pem")];
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  await promisify(execFile)("openssl", [...request, "-keyout", keyPath, "-out", certPath, "-subj", "/CN=koi-test"]);
  const [key, cert] = await Promise.all([readFile(keyPath), readFile(certPath)]);
  await rm(directory, { recursive: true });
  fingerprint = new X509Certificate(cert).fingerprint256;
  gateway = await openTestGateway(createServer({ key, cert }));
});
afterAll(async () => await gateway.close());

const dialWith = (certificateFingerprint: string | null) => {
  const address: GatewayAddress = {
    agentId: "agt_1",
    instanceId: "ins_1",
    url: gateway.url,
    token: "gwt_1",
    certificateFingerprint,
  };
  return dial(openWebSocket, address, DEFAULT_RELAY_LIMITS, new AbortController().signal);
};

describe("dialling an instance over TLS", () => {
  it("trusts the certificate it enrolled with, written with or without colons", async () => {
    for (const pin of [fingerprint, fingerprint.replaceAll(":", "").toLowerCase()]) {
      const { webSocket } = await dialWith(pin);
      expect(webSocket.readyState).toBe(webSocket.OPEN);
      webSocket.terminate();
    }
  });

  it.each([
    ["another certificate", "AB".repeat(32)],
    ["an empty pin", ""],
    ["no pin, as nobody vouches for a self-signed one", null],
  ])("refuses with %s, before a frame is sent", async (_what, pin) => {
    const reached = gateway.accepted;
    await expect(dialWith(pin)).rejects.toMatchObject({ code: "AGENT_UNREACHABLE" });
    // The one who answered with the wrong certificate may have seen a socket, but it is gone.
    await expect.poll(() => gateway.connections.size).toBe(0);
    expect(gateway.accepted - reached).toBeLessThanOrEqual(1);
  });
});
