import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { connectOnce } from "./connect-once.ts";
import { nodeSocket } from "./node-socket.ts";
import { startScriptedGateway, type ScriptedGateway } from "./testing/scripted-gateway.ts";

const CLIENT = { id: "test", version: "0", platform: "node", mode: "test" };

let directory = "";
let tls = { key: "", cert: "" };
let fingerprint = "";
let server: ScriptedGateway | undefined;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "koi-tls-"));
  const [key, cert] = [join(directory, "key.pem"), join(directory, "cert.pem")];
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  await promisify(execFile)("openssl", [...request, "-keyout", key, "-out", cert, "-subj", "/CN=koi-test"]);
  tls = { key: await readFile(key, "utf8"), cert: await readFile(cert, "utf8") };
  fingerprint = new X509Certificate(tls.cert).fingerprint256;
});
afterEach(() => server?.close());
afterAll(() => rm(directory, { recursive: true, force: true }));

const start = async (): Promise<ScriptedGateway> => {
  server = await startScriptedGateway({ tls, onRequest: ({ id }, peer) => peer.answer(id, { models: [] }) });
  return server;
};

describe("a pinned connection", () => {
  it("reaches the instance whose certificate it knows, and no certificate authority is asked", async () => {
    const { url } = await start();
    const client = await connectOnce(url, "t", { client: CLIENT, certificateFingerprint: fingerprint });
    expect(await client.request("models.list", {})).toEqual({ models: [] });
    client.close();
  });

  it("takes the fingerprint in the other usual form", async () => {
    const { url } = await start();
    const certificateFingerprint = fingerprint.replaceAll(":", "").toLowerCase();
    (await connectOnce(url, "t", { client: CLIENT, certificateFingerprint })).close();
  });

  it("to another certificate ends before a single request byte was sent", async () => {
    const gateway = await start();
    const certificateFingerprint = fingerprint.replace(/^../, fingerprint.startsWith("00") ? "01" : "00");
    await expect(connectOnce(gateway.url, "t", { client: CLIENT, certificateFingerprint })).rejects.toMatchObject({
      code: "AGENT_UNREACHABLE",
      detail: expect.stringContaining("the certificate is not the one of this instance"),
    });
    expect([gateway.upgrades(), gateway.connects]).toEqual([0, []]);
  });

  it("is refused without TLS", () => {
    expect(() => nodeSocket("ws://127.0.0.1:1", { certificateFingerprint: fingerprint })).toThrow(/wss/);
  });

  it("to nobody fails like any other", async () => {
    const gateway = await start();
    await gateway.close();
    await expect(
      connectOnce(gateway.url, "t", { client: CLIENT, certificateFingerprint: fingerprint }),
    ).rejects.toMatchObject({
      code: "AGENT_UNREACHABLE",
      detail: expect.stringContaining("ECONNREFUSED"),
    });
  });
});

describe("a connection without a fingerprint", () => {
  it("refuses a certificate that no authority signed", async () => {
    const gateway = await start();
    await expect(connectOnce(gateway.url, "t", { client: CLIENT })).rejects.toMatchObject({
      code: "AGENT_UNREACHABLE",
    });
    expect(gateway.connects).toEqual([]);
  });
});
