/** One POST over `node:http`, which a gateway loads anyway; `fetch` would stay in its memory for three requests. */

import { fault } from "@skykoi/fault";

export interface PostOptions {
  readonly token: string;
  readonly body: unknown;
  /** Until the answer is complete. */
  readonly limitMs: number;
  readonly stop?: AbortSignal | undefined;
}

export interface Answer {
  readonly status: number;
  /** Parsed JSON; undefined when the answer holds none. */
  readonly body: unknown;
}

/** A configuration and a workspace are some kilobytes. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/** Follows no redirects. Throws UNAVAILABLE when there is no complete answer in time. */
export const postJson = (url: URL, { token, body, limitMs, stop }: PostOptions): Promise<Answer> => {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const payload = JSON.stringify(body);
  const limit = AbortSignal.timeout(limitMs);
  // Not imported, because importing `node:http` as a module loads `fetch` as well: every start of an instance would pay.
  const { request: send } = process.getBuiltinModule(url.protocol === "https:" ? "node:https" : "node:http");
  const fail = (error: Error): void => {
    const reason = limit.aborted ? `no answer in ${limitMs} ms` : error.message;
    reject(fault("UNAVAILABLE", { message: `The platform at ${url.origin} does not answer (${reason}).` }));
  };

  const request = send(url, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "content-length": Buffer.byteLength(payload),
      connection: "close",
    },
    signal: stop ? AbortSignal.any([limit, stop]) : limit,
  });
  request.on("error", fail);
  request.on("response", (response) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_ANSWER_BYTES) request.destroy(new Error("the answer is too large"));
      else chunks.push(chunk);
    });
    response.on("error", fail);
    response.on("end", () => resolve({ status: response.statusCode ?? 0, body: parseJson(Buffer.concat(chunks)) }));
  });
  request.end(payload);
  return promise;
};

const parseJson = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    // Nothing, or the page of a proxy: the status says the rest.
    return undefined;
  }
};
