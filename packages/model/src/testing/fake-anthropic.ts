/** Anthropic's Messages API on 127.0.0.1: streamed answers in its real encoding, scripted. */

import { createAnthropicEncoder } from "./anthropic-events.ts";
import { sendJson, startLoopbackServer, type LoopbackServer } from "./loopback-server.ts";
import { createPrefixCache, messagesPieces } from "./prefix-cache.ts";
import { createScript, play, usageOf, type Script } from "./script.ts";

export interface FakeAnthropicOptions {
  /** When given, requests without it as `x-api-key` are refused. */
  readonly apiKey?: string;
}

export interface FakeAnthropic extends LoopbackServer, Script {
  /** Set as the provider's `baseUrl`. */
  readonly baseUrl: string;
}

export const startFakeAnthropic = async ({ apiKey }: FakeAnthropicOptions = {}): Promise<FakeAnthropic> => {
  const script = createScript();
  const cache = createPrefixCache();
  const server = await startLoopbackServer(async (request, response) => {
    const sendError = (status: number, type: string, message: string, headers?: Readonly<Record<string, string>>) =>
      sendJson(response, status, { type: "error", error: { type, message } }, headers);

    if (apiKey !== undefined && request.headers["x-api-key"] !== apiKey) {
      sendError(401, "authentication_error", `invalid x-api-key ${String(request.headers["x-api-key"])}`);
      return;
    }
    if (request.method !== "POST" || request.path !== "/v1/messages") {
      sendError(404, "not_found_error", "Not found");
      return;
    }
    const reply = script.next(request);
    if ("status" in reply) {
      sendError(reply.status, reply.type, reply.message ?? "", reply.headers);
      return;
    }
    const answer = { ...reply, usage: usageOf(reply, cache.count(messagesPieces(request.body))) };
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
    await play(response, answer, createAnthropicEncoder(answer.usage));
  });
  return { ...server, ...script.controls, baseUrl: `${server.url}/v1` };
};
