/**
 * Bedrock's ConverseStream and InvokeModel (for embeddings) on 127.0.0.1: real encoding, real errors, scripted answers.
 * Input tokens are counted from the bytes of the requests, those of a cached prefix apart.
 */

import type { ServerResponse } from "node:http";

import { createBedrockEncoder } from "./bedrock-frames.ts";
import { embedAsBedrock } from "./embeddings.ts";
import { sendJson, startLoopbackServer, type LoopbackServer, type RecordedRequest } from "./loopback-server.ts";
import { conversePieces, createPrefixCache } from "./prefix-cache.ts";
import { createScript, play, usageOf, type ErrorReply, type Script } from "./script.ts";
import { isSigV4Valid, readSigV4 } from "./sigv4.ts";

export interface FakeBedrockOptions {
  /** Secret access keys by access key id. When given, unsigned and wrongly signed requests are refused as AWS does. */
  readonly secretAccessKeys?: Readonly<Record<string, string>>;
}

/** Set `url` as AWS_ENDPOINT_URL_BEDROCK_RUNTIME or as the provider's `baseUrl`. */
export interface FakeBedrock extends LoopbackServer, Script {}

const OPERATION = /^\/model\/([^/]+)\/(converse-stream|invoke)$/;

export const startFakeBedrock = async ({ secretAccessKeys }: FakeBedrockOptions = {}): Promise<FakeBedrock> => {
  const script = createScript();
  const cache = createPrefixCache();
  const server = await startLoopbackServer(async (request, response) => {
    const [, modelId = "", operation] = OPERATION.exec(request.path) ?? [];
    if (request.method !== "POST" || !operation) {
      sendError(response, { status: 404, type: "UnknownOperationException" });
      return;
    }
    const refused = secretAccessKeys && refusal(request, secretAccessKeys);
    const reply = refused ?? script.next(request);
    if ("status" in reply) {
      sendError(response, reply);
      return;
    }
    if (operation === "invoke") {
      const { body, headers } = embedAsBedrock(decodeURIComponent(modelId), request.body);
      sendJson(response, 200, body, headers);
      return;
    }
    response.writeHead(200, {
      "content-type": "application/vnd.amazon.eventstream",
      "x-amzn-requestid": crypto.randomUUID(),
    });
    const usage = usageOf(reply, cache.count(conversePieces(request.body)));
    await play(response, { ...reply, usage }, createBedrockEncoder());
  });
  return { ...server, ...script.controls };
};

const sendError = (response: ServerResponse, { status, type, message = "", headers }: ErrorReply): void =>
  sendJson(response, status, { message }, { "x-amzn-errortype": `${type}:http://internal.amazon.com/`, ...headers });

const refusal = (
  request: RecordedRequest,
  secretAccessKeys: Readonly<Record<string, string>>,
): ErrorReply | undefined => {
  const claim = readSigV4(request);
  if (!claim) {
    return { status: 403, type: "MissingAuthenticationTokenException", message: "Missing Authentication Token" };
  }
  const secret = secretAccessKeys[claim.accessKeyId];
  if (secret === undefined) {
    const message = "The security token included in the request is invalid.";
    return { status: 403, type: "UnrecognizedClientException", message };
  }
  if (isSigV4Valid(request, secret)) return undefined;
  const token = request.headers["x-amz-security-token"];
  const message = `The request signature we calculated does not match the signature you provided.\n\nThe Canonical String for this request should have been\nx-amz-security-token:${String(token)}`;
  return { status: 403, type: "InvalidSignatureException", message };
};
