/** HTTP for the web tools: every hop checked by the guard, connected to the address that was checked, bounded in size and time. */

import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { pipeline, type Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";

import { AddressRefused, type SsrfGuard } from "./ssrf-guard.ts";

export interface HttpRequest {
  readonly url: string | URL;
  readonly guard: Pick<SsrfGuard, "check" | "lookup">;
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Of the decoded body; what is beyond is not read. */
  readonly maxBytes: number;
  /** Over all hops. */
  readonly timeoutMs: number;
  readonly maxRedirects: number;
  readonly signal: AbortSignal;
}

export type HttpAnswer =
  | {
      readonly ok: true;
      readonly status: number;
      /** Where the last redirect led. */
      readonly url: URL;
      readonly contentType: string;
      readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
      readonly body: Buffer;
      readonly truncated: boolean;
    }
  | { readonly ok: false; readonly reason: string };

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const USER_AGENT = "Mozilla/5.0 (compatible; SkyKoi/0.1)";
const MAX_HEADER_BYTES = 32 * 1_024;

/** Sends a request and follows where it is sent. A refusal, a failure and a time-out are answers; nothing is thrown. */
export const guardedHttp = async (request: HttpRequest): Promise<HttpAnswer> => {
  const timeout = AbortSignal.timeout(request.timeoutMs);
  const signal = AbortSignal.any([request.signal, timeout]);
  let next: string | URL = request.url;
  try {
    for (let hop = 0; hop <= request.maxRedirects; hop += 1) {
      const checked = request.guard.check(next);
      if (!checked.ok) return checked;
      const response = await send(checked.url, request, signal);
      const status = response.statusCode ?? 0;
      const { location } = response.headers;
      if (!REDIRECTS.has(status) || location === undefined) {
        return {
          ok: true,
          status,
          url: checked.url,
          ...describe(response),
          ...(await read(response, request.maxBytes)),
        };
      }
      response.destroy();
      const target = URL.parse(location, checked.url.href);
      if (!target) return { ok: false, reason: `${checked.url.host} redirects to something that is not a URL.` };
      next = target;
    }
    return {
      ok: false,
      reason: `Redirected more than ${request.maxRedirects} times; the last was to ${String(next)}.`,
    };
  } catch (thrown) {
    if (request.signal.aborted) return { ok: false, reason: "Stopped before it was finished." };
    const host = URL.parse(String(next))?.host ?? "The host";
    if (timeout.aborted) {
      return { ok: false, reason: `${host} did not answer completely within ${request.timeoutMs / 1_000} seconds.` };
    }
    return { ok: false, reason: failure(host, thrown) };
  }
};

const send = (url: URL, request: HttpRequest, signal: AbortSignal): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const start = url.protocol === "https:" ? httpsRequest : httpRequest;
    const outgoing = start(
      url,
      {
        agent: false,
        lookup: request.guard.lookup,
        method: request.method ?? "GET",
        maxHeaderSize: MAX_HEADER_BYTES,
        signal,
        headers: {
          "user-agent": USER_AGENT,
          accept: "text/html,application/xhtml+xml,text/markdown,text/plain,application/json;q=0.9,*/*;q=0.5",
          "accept-encoding": "gzip, deflate, br",
          "accept-language": "en,*;q=0.5",
          ...request.headers,
        },
      },
      resolve,
    );
    outgoing.on("error", reject);
    outgoing.end(request.body);
  });

const describe = (response: IncomingMessage) => ({
  contentType: response.headers["content-type"] ?? "",
  headers: response.headers,
});

/** The body up to `maxBytes` after decompression: a small answer that unfolds endlessly is cut as well. */
const read = async (response: IncomingMessage, maxBytes: number): Promise<{ body: Buffer; truncated: boolean }> => {
  const chunks: Buffer[] = [];
  let size = 0;
  let truncated = false;
  const stream = decoded(response);
  try {
    for await (const chunk of stream) {
      const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
      truncated = size + bytes.length > maxBytes;
      chunks.push(bytes.subarray(0, maxBytes - size));
      size += bytes.length;
      if (truncated) break;
    }
  } finally {
    stream.destroy();
    response.destroy();
  }
  return { body: Buffer.concat(chunks), truncated };
};

const decoded = (response: IncomingMessage): Readable => {
  const decoder = decoderFor(response.headers["content-encoding"]?.trim().toLowerCase());
  if (!decoder) return response;
  // The error reaches the reader through the decoder, which the pipeline destroys with it.
  return pipeline(response, decoder, () => undefined);
};

const decoderFor = (encoding: string | undefined) => {
  switch (encoding) {
    case "gzip":
    case "x-gzip":
      return createGunzip();
    case "deflate":
      return createInflate();
    case "br":
      return createBrotliDecompress();
    default:
      return undefined;
  }
};

const FAILURES: Readonly<Record<string, string>> = {
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the name service does not answer",
  ECONNREFUSED: "the host refuses connections on this port",
  ECONNRESET: "the connection was closed by the other side",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
  ETIMEDOUT: "the host does not answer",
  CERT_HAS_EXPIRED: "its certificate has expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is not signed by anybody known",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is not signed by anybody known",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate cannot be verified",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
  HPE_HEADER_OVERFLOW: "its headers are too large",
};

const failure = (host: string, thrown: unknown): string => {
  if (thrown instanceof AddressRefused) return thrown.message;
  const code = codeOf(thrown);
  return `${host} could not be read: ${FAILURES[code] ?? `the connection failed (${code || "no code"})`}.`;
};

const codeOf = (thrown: unknown): string => {
  if (thrown instanceof AggregateError) return codeOf(thrown.errors[0]);
  return thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
};
