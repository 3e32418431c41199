/** The EC2 instance metadata service, version 2 only, as far as credentials of an instance profile need it. */

import { randomBytes } from "node:crypto";

import { sendJson, startLoopbackServer, type LoopbackServer } from "./loopback-server.ts";

export interface FakeImdsOptions {
  /** Default `skykoi-tenant-agent`. */
  readonly roleName?: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
  };
  /** Default: in six hours. */
  readonly expiresAt?: Date;
}

/** Set `url` as AWS_EC2_METADATA_SERVICE_ENDPOINT. */
export type FakeImds = LoopbackServer;

const TOKEN_PATH = "/latest/api/token";
const ROLES_PATH = "/latest/meta-data/iam/security-credentials/";
const SIX_HOURS_MS = 6 * 60 * 60 * 1_000;

export const startFakeImds = ({
  roleName = "skykoi-tenant-agent",
  credentials,
  expiresAt = new Date(Date.now() + SIX_HOURS_MS),
}: FakeImdsOptions): Promise<FakeImds> => {
  const tokens = new Set<string>();
  return startLoopbackServer(({ method, path, headers }, response) => {
    if (path === TOKEN_PATH) {
      const ttlSeconds = Number(headers["x-aws-ec2-metadata-token-ttl-seconds"]);
      if (method !== "PUT") response.writeHead(405).end();
      else if (!(ttlSeconds >= 1 && ttlSeconds <= 21_600)) response.writeHead(400).end();
      else if (headers["x-forwarded-for"] !== undefined) response.writeHead(403).end();
      else {
        const token = randomBytes(24).toString("base64url");
        tokens.add(token);
        response.writeHead(200, { "content-type": "text/plain" }).end(token);
      }
      return;
    }
    const token = headers["x-aws-ec2-metadata-token"];
    if (typeof token !== "string" || !tokens.has(token)) response.writeHead(401).end();
    else if (path === ROLES_PATH) response.writeHead(200, { "content-type": "text/plain" }).end(roleName);
    else if (path === `${ROLES_PATH}${roleName}`) {
      sendJson(response, 200, {
        Code: "Success",
        Type: "AWS-HMAC",
        LastUpdated: new Date().toISOString(),
        AccessKeyId: credentials.accessKeyId,
        SecretAccessKey: credentials.secretAccessKey,
        Token: credentials.sessionToken,
        Expiration: expiresAt.toISOString(),
      });
    } else response.writeHead(404).end();
  });
};
