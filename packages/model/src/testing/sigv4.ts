/** Checks an AWS Signature Version 4 by computing it again, independently of the code that made it. */

import { createHash, createHmac } from "node:crypto";

import type { RecordedRequest } from "./loopback-server.ts";

export interface SigV4Claim {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

/** Who claims to have signed the request; undefined when it is not signed. */
export const readSigV4 = ({ headers }: RecordedRequest): SigV4Claim | undefined => {
  const match = AUTHORIZATION.exec(headers.authorization ?? "");
  return match ? { accessKeyId: match[1] ?? "", region: match[3] ?? "", service: match[4] ?? "" } : undefined;
};

/** For a request without a query string. */
export const isSigV4Valid = (request: RecordedRequest, secretAccessKey: string): boolean => {
  const match = AUTHORIZATION.exec(request.headers.authorization ?? "");
  if (!match) return false;
  const [, , date = "", region = "", service = "", signedHeaders = "", signature] = match;
  const canonicalRequest = [
    request.method,
    request.path.split("/").map(uriEncode).join("/"), // Encoded once more than it was sent, except for S3.
    "",
    ...signedHeaders.split(";").map((name) => `${name}:${headerValue(request, name)}`),
    "",
    signedHeaders,
    sha256(request.rawBody),
  ].join("\n");
  const stringToSign = [
    "AWS4-HMAC-SHA256",
    headerValue(request, "x-amz-date"),
    `${date}/${region}/${service}/aws4_request`,
    sha256(canonicalRequest),
  ].join("\n");
  const key = [date, region, service, "aws4_request"].reduce<string | Buffer>(
    (secret, part) => createHmac("sha256", secret).update(part).digest(),
    `AWS4${secretAccessKey}`,
  );
  return createHmac("sha256", key).update(stringToSign).digest("hex") === signature;
};

const headerValue = ({ headers }: RecordedRequest, name: string): string => {
  const value = headers[name];
  return (Array.isArray(value) ? value.join(",") : (value ?? "")).trim().replaceAll(/ +/g, " ");
};

const uriEncode = (segment: string): string =>
  encodeURIComponent(segment).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
