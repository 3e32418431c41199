/** Reads what a provider's SDK throws into one small description, which the providers' fault tables judge. */

import { APICallError } from "@ai-sdk/provider";

export type UpstreamFailure =
  | {
      /** The service answered with an error, as an HTTP status or inside the stream. */
      readonly kind: "refused";
      /** 0 when the error came inside the stream without one. */
      readonly status: number;
      /** The service's name for it: `ThrottlingException`, `context_length_exceeded`; "" when it gave none. */
      readonly type: string;
      /** The service's first line about it. Later lines may quote the signed request, so they are dropped. */
      readonly message: string;
      readonly headers: Readonly<Record<string, string>>;
    }
  /** No connection came about. */
  | { readonly kind: "unreachable"; readonly message: string }
  /** The connection or the encoding broke after the request was sent. */
  | { readonly kind: "broken"; readonly message: string };

const MAX_MESSAGE_CHARS = 400;

const CONNECT_CODES = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** The thrown value itself is not kept: it holds the whole conversation. */
export const describeUpstream = (thrown: unknown): UpstreamFailure => {
  if (APICallError.isInstance(thrown)) return describeCall(thrown);
  const streamError = asRecord(thrown);
  if (!(thrown instanceof Error) && streamError) return describeStreamError(streamError);
  return { kind: "broken", message: firstLine(messageOf(thrown)) };
};

const describeCall = (error: APICallError): UpstreamFailure => {
  const { statusCode: status = 0, responseHeaders: headers = {} } = error;
  if (status >= 400) {
    const body = errorBody(error.responseBody);
    const type = (headers["x-amzn-errortype"] ?? body.type).replace(/:.*$/, "").replace(/^.*#/, "");
    return { kind: "refused", status, type, message: firstLine(body.message || error.message), headers };
  }
  const code = networkCode(error);
  const message = firstLine(error.message);
  return code !== undefined && CONNECT_CODES.has(code) ? { kind: "unreachable", message } : { kind: "broken", message };
};

/** An exception event of Bedrock, or the `error` of a chunk of an OpenAI-compatible stream. */
const describeStreamError = (error: Record<string, unknown>): UpstreamFailure => ({
  kind: "refused",
  status: [error["statusCode"], error["code"], error["status"]].map(Number).find(isHttpError) ?? 0,
  type: text(error["type"]) || text(error["code"]),
  message: firstLine(text(error["message"])),
  headers: {},
});

const isHttpError = (status: number): boolean => Number.isInteger(status) && status >= 400 && status < 600;

/** `{__type, message}` of AWS, `{error: {type, code, message}}` of OpenAI, or something else. */
const errorBody = (body: string | undefined): { type: string; message: string } => {
  const outer = parseRecord(body);
  const inner = asRecord(outer?.["error"]) ?? outer ?? {};
  return {
    type: text(inner["code"]) || text(inner["type"]) || text(inner["__type"]),
    message: text(inner["message"]) || text(inner["Message"]) || text(outer?.["error"]) || text(outer?.["detail"]),
  };
};

const parseRecord = (json: string | undefined): Record<string, unknown> | undefined => {
  try {
    return asRecord(JSON.parse(json ?? ""));
  } catch {
    return undefined; // An error page of a proxy: its status says enough.
  }
};

/** The code of the network error somewhere in the chain of causes. */
const networkCode = (error: unknown): string | undefined => {
  let current: unknown = error;
  for (let depth = 0; depth < 6 && current instanceof Error; depth++) {
    if ("code" in current && typeof current.code === "string") return current.code;
    if (current instanceof AggregateError && current.errors.length > 0) current = current.errors[0];
    else current = current.cause;
  }
  return undefined;
};

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

const firstLine = (message: string): string => (message.trim().split("\n", 1)[0] ?? "").slice(0, MAX_MESSAGE_CHARS);

const text = (value: unknown): string => (typeof value === "string" ? value : "");

const asRecord = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
