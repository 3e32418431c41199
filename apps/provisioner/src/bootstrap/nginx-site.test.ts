import { execFileSync, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { accessSync, constants, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";

import { nodeSocket } from "@skykoi/client/node";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { WebSocketServer } from "ws";

import { choosePort } from "../drivers/local/free-port.ts";
import { nginxSite } from "./nginx-site.ts";

const WAIT = { timeout: 10_000, interval: 20 };
const PATHS = { certificatePath: "/etc/skykoi/tls.crt", keyPath: "/etc/skykoi/tls.key" };

describe("the nginx site", () => {
  it("lets nobody in but over TLS 1.2 and 1.3, and says nothing about itself", () => {
    const site = nginxSite({ gatewayPort: 18_789, ...PATHS });
    expect(site).toMatchSnapshot();
  });

  it("does not redirect where nobody listens on port 80", () => {
    expect(nginxSite({ gatewayPort: 18_789, redirectPort: null, ...PATHS })).not.toContain("return 301");
  });

  it("refuses a path that could end its directive", () => {
    expect(() => nginxSite({ gatewayPort: 1, ...PATHS, keyPath: "/a; include /etc/passwd" })).toThrow(RangeError);
    expect(() => nginxSite({ gatewayPort: 1, ...PATHS, keyPath: "relative" })).toThrow(RangeError);
  });
});

const findProgram = (name: string): string | undefined =>
  [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"]
    .map((directory) => join(directory, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });

const nginx = findProgram("nginx");
const openssl = findProgram("openssl");
const missing = [nginx ? undefined : "nginx", openssl ? undefined : "openssl"].filter((name) => name !== undefined);

if (missing.length > 0 && process.env.CI) {
  it("the nginx site before a real nginx", () => {
    throw new Error(`Not installed: ${missing.join(" and ")}.`);
  });
}

describe.skipIf(missing.length > 0)(
  `the nginx site before a real nginx${missing.length > 0 ? ` (skipped: ${missing.join(" and ")} not installed)` : ""}`,
  () => {
    let directory: string;
    let server: ChildProcess;
    let fingerprint: string;
    let listenPort: number;
    let redirectPort: number;
    const upgrades: IncomingMessage[] = [];
    const gateway = createServer((request, response) => response.end(JSON.stringify(request.headers)));
    const sockets = new WebSocketServer({ server: gateway });

    beforeAll(async () => {
      directory = mkdtempSync(join(tmpdir(), "skykoi-nginx-"));
      sockets.on("connection", (socket, request) => {
        upgrades.push(request);
        socket.on("message", (data: Buffer) => socket.send(`echo ${data.toString()}`));
        socket.send("welcome");
      });
      gateway.listen(0, "127.0.0.1");
      await once(gateway, "listening");
      const address = gateway.address();
      const gatewayPort = typeof address === "object" && address ? address.port : 0;
      listenPort = await choosePort(undefined, new Set([gatewayPort]));
      redirectPort = await choosePort(undefined, new Set([gatewayPort, listenPort]));

      const certificatePath = join(directory, "tls.crt");
      const keyPath = join(directory, "tls.key");
      makeCertificate(certificatePath, keyPath);
      fingerprint = new X509Certificate(readFileSync(certificatePath)).fingerprint256;
      const site = nginxSite({ gatewayPort, listenPort, redirectPort, certificatePath, keyPath });
      writeFileSync(join(directory, "site.conf"), site);
      writeFileSync(join(directory, "nginx.conf"), nginxConf(directory));
      mkdirSync(join(directory, "temp"));
    });
    afterAll(async () => {
      if (server?.exitCode === null) {
        server.kill("SIGTERM");
        await once(server, "exit");
      }
      sockets.close();
      gateway.closeAllConnections();
      gateway.close();
      rmSync(directory, { recursive: true, force: true });
    });

    const runArgs = (): string[] => [
      "-p",
      directory,
      "-e",
      join(directory, "error.log"),
      "-c",
      join(directory, "nginx.conf"),
    ];

    it("is accepted by nginx without a warning", () => {
      const args = ["-t", ...runArgs()];
      const { stderr, status } = spawnSync(nginx ?? "", args, { encoding: "utf8" });
      expect(stderr).toContain("test is successful");
      expect(stderr).not.toMatch(/warn|emerg/);
      expect(status).toBe(0);
    });

    it("carries a WebSocket to the gateway for a client that pins the certificate", async () => {
      server = spawn(nginx ?? "", runArgs(), { stdio: "ignore" });
      const received = await vi.waitFor(() => roundTrip("hello", fingerprint), WAIT);
      expect(received).toBe("echo hello");
    });

    it("is not trusted by a client that pins another certificate", async () => {
      const other = fingerprint.replace(/^../, (first) => (first === "00" ? "01" : "00"));
      await expect(roundTrip("secret", other)).rejects.toThrow(/closed/);
      expect(upgrades).toHaveLength(1);
    });

    it("overwrites whatever a client says about where it comes from", async () => {
      expect(upgrades[0]?.headers).toMatchObject({
        "x-real-ip": "127.0.0.1",
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-proto": "https",
      });
      const forged = { "X-Forwarded-For": "6.6.6.6", Forwarded: "for=6.6.6.6", "X-Real-IP": "6.6.6.6" };
      expect(await askGateway(forged)).not.toContain("6.6.6.6");
    });

    it("sends plain HTTP to HTTPS and nowhere else", async () => {
      const response = await fetch(`http://127.0.0.1:${redirectPort}/healthz?x=1`, { redirect: "manual" });
      expect(response.status).toBe(301);
      expect(response.headers.get("location")).toBe("https://127.0.0.1/healthz?x=1");
    });

    const roundTrip = (message: string, certificateFingerprint: string): Promise<string> => {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const socket = nodeSocket(`wss://127.0.0.1:${listenPort}/`, { certificateFingerprint });
      socket.listen({
        message: (received) => (received === "welcome" ? socket.send(message) : resolve(received)),
        close: (code, detail) => reject(new Error(`closed ${code} ${detail}`)),
      });
      return promise.finally(() => socket.close(1000, ""));
    };

    /** The headers of the request as the gateway got it. */
    const askGateway = async (headers: Record<string, string>): Promise<string> => {
      const request = get(`https://127.0.0.1:${listenPort}/`, { headers, rejectUnauthorized: false });
      const [response]: IncomingMessage[] = await once(request, "response");
      return response ? text(response) : "";
    };
  },
);

/** EC P-256, as an instance makes its own. */
const makeCertificate = (certificatePath: string, keyPath: string): void => {
  const args = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj /CN=ins_test -addext subjectAltName=DNS:ins-test`;
  execFileSync(openssl ?? "", [...args.split(" "), "-out", certificatePath, "-keyout", keyPath], { stdio: "ignore" });
};

const nginxConf = (directory: string): string => `
daemon off;
worker_processes 1;
pid ${directory}/nginx.pid;
error_log ${directory}/error.log;
events { worker_connections 64; }
http {
  access_log off;
  client_body_temp_path ${directory}/temp/body;
  proxy_temp_path ${directory}/temp/proxy;
  fastcgi_temp_path ${directory}/temp/fastcgi;
  uwsgi_temp_path ${directory}/temp/uwsgi;
  scgi_temp_path ${directory}/temp/scgi;
  include ${directory}/site.conf;
}
`;
