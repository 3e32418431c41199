/** An OpenAI-compatible server on 127.0.0.1: streamed chat completions with scripted answers, and embeddings. */

import { embedAsOpenAi } from "./embeddings.ts";
import { sendJson, startLoopbackServer, type LoopbackServer } from "./loopback-server.ts";
import { createOpenAiEncoder } from "./openai-chunks.ts";
import { createScript, play, type Script } from "./script.ts";

export interface FakeOpenAiOptions {
  /** When given, requests without it as bearer token are refused. */
  readonly apiKey?: string;
}

export interface FakeOpenAi extends LoopbackServer, Script {
  /** Set as the provider's `baseUrl`. */
  readonly baseUrl: string;
}

export const startFakeOpenAi = async ({ apiKey }: FakeOpenAiOptions = {}): Promise<FakeOpenAi> => {
  const script = createScript();
  const server = await startLoopbackServer(async (request, response) => {
    const sendError = (status: number, type: string, message: string, headers?: Readonly<Record<string, string>>) =>
      sendJson(response, status, { error: { message, type, code: type, param: null } }, headers);

    if (apiKey !== undefined && request.headers.authorization !== `Bearer ${apiKey}`) {
      sendError(401, "invalid_api_key", `Incorrect API key provided: ${request.headers.authorization ?? ""}`);
      return;
    }
    const embeds = request.path === "/v1/embeddings";
    if (request.method !== "POST" || (request.path !== "/v1/chat/completions" && !embeds)) {
      sendError(404, "not_found", "Unknown request URL.");
      return;
    }
    const reply = script.next(request);
    if ("status" in reply) {
      sendError(reply.status, reply.type, reply.message ?? "", reply.headers);
      return;
    }
    if (embeds) {
      sendJson(response, 200, embedAsOpenAi(request.body));
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
    await play(response, reply, createOpenAiEncoder(wantsUsage(request.body)));
  });
  return { ...server, ...script.controls, baseUrl: `${server.url}/v1` };
};

/** `stream_options.include_usage` of the request. */
const wantsUsage = (body: unknown): boolean => {
  if (typeof body !== "object" || body === null || !("stream_options" in body)) return false;
  const options = body.stream_options;
  return (
    typeof options === "object" && options !== null && "include_usage" in options && options.include_usage === true
  );
};
