/** `POST /v1/responses`. The id of a response names its session, so that `previous_response_id` goes on there. */

import { toFault } from "@skykoi/fault";
import type { Usage } from "@skykoi/model";

import type { GatewayContext } from "../../context.ts";
import { openEventStream, type EventStream } from "../event-stream.ts";
import { readJsonBody } from "../json-body.ts";
import { sendJson } from "../problem.ts";
import type { HttpHandler } from "../route.ts";
import { answerOf, type Answer, type AnswerSource } from "./answer.ts";
import { BODY_LIMITS } from "./body-limits.ts";
import { asFields, optionalFlag, optionalText, readConversation, TOOLS_ARE_OWN, wrong } from "./conversation.ts";
import { openAiError } from "./openai-error.ts";
import { findTarget, KOI, type Target } from "./target.ts";

type Source = AnswerSource & Pick<GatewayContext, "agents" | "catalog" | "resolve" | "now">;

export const createResponses =
  (source: Source): HttpHandler =>
  async ({ request, response, signal }) => {
    const body = asFields(await readJsonBody(request, BODY_LIMITS), "The body");
    const { tools } = body;
    if (Array.isArray(tools) && tools.length > 0) throw wrong("tools", TOOLS_ARE_OWN);
    const asked = readConversation(body["input"], "input");
    const instructions = [optionalText(body, "instructions"), asked.instructions].filter(Boolean).join("\n\n");
    const model = optionalText(body, "model") ?? KOI;
    const previous = optionalText(body, "previous_response_id");
    const wish = { model, user: optionalText(body, "user"), sessionKey: previous && sessionOf(previous) };
    const target = await findTarget(source, request.headers, wish);
    const describe = createDescription(target, { model, previous, createdAt: source.now() });
    const question = { target, conversation: { ...asked, instructions }, signal };

    if (!optionalFlag(body, "stream")) {
      const answer = await answerOf(source, { ...question, onText: () => undefined });
      return sendJson(response, 200, describe.completed(answer));
    }
    let writer: ReturnType<typeof createWriter> | undefined;
    const opened = () => (writer ??= createWriter(openEventStream(response), describe));
    try {
      const answer = await answerOf(source, { ...question, onText: (piece) => opened().text(piece) });
      opened().completed(answer);
    } catch (thrown) {
      if (!writer) throw thrown;
      writer.failed(toFault(thrown));
    }
  };

const PREFIX = "resp_";
const SEPARATOR = "\n";

const responseId = ({ address, runId }: Target): string =>
  PREFIX + Buffer.from([address.key, runId].join(SEPARATOR)).toString("base64url");

/** Throws INVALID_REQUEST. */
const sessionOf = (id: string): string => {
  const [key, runId] = Buffer.from(id.slice(PREFIX.length), "base64url").toString("utf8").split(SEPARATOR);
  if (!id.startsWith(PREFIX) || !key || !runId) throw wrong("previous_response_id", "is not the id of a response");
  return key;
};

interface Facts {
  readonly model: string;
  readonly previous: string | undefined;
  readonly createdAt: number;
}

const createDescription = (target: Target, { model, previous, createdAt }: Facts) => {
  const messageId = `msg_${target.runId}`;
  const base = {
    id: responseId(target),
    object: "response",
    created_at: Math.floor(createdAt / 1000),
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: null,
    metadata: {},
    model,
    parallel_tool_calls: false,
    previous_response_id: previous ?? null,
    temperature: null,
    text: { format: { type: "text" } },
    tool_choice: "auto",
    tools: [],
    top_p: null,
    truncation: "disabled",
  };
  const message = (status: string, content: readonly object[]) => ({
    id: messageId,
    type: "message",
    role: "assistant",
    status,
    content,
  });
  return {
    messageId,
    message,
    inProgress: () => ({ ...base, status: "in_progress", output: [], usage: null }),
    failed: (code: string, reason: string) => ({
      ...base,
      status: "failed",
      error: { code, message: reason },
      output: [],
      usage: null,
    }),
    completed: ({ text, usage, truncated }: Answer) => ({
      ...base,
      status: truncated ? "incomplete" : "completed",
      incomplete_details: truncated ? { reason: "max_output_tokens" } : null,
      output: [message(truncated ? "incomplete" : "completed", [part(text)])],
      usage: counted(usage),
    }),
  };
};

const counted = (usage: Usage) => {
  const input = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: usage.cacheReadTokens },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: input + usage.outputTokens,
  };
};

const part = (text: string) => ({ type: "output_text", text, annotations: [], logprobs: [] });

/** The events of a streamed response, in the order that the API promises. */
const createWriter = (stream: EventStream, describe: ReturnType<typeof createDescription>) => {
  let sequence = 0;
  const send = (type: string, fields: object): void =>
    stream.send({ type, sequence_number: sequence++, ...fields }, type);
  const place = { item_id: describe.messageId, output_index: 0, content_index: 0 };

  send("response.created", { response: describe.inProgress() });
  send("response.in_progress", { response: describe.inProgress() });
  send("response.output_item.added", { output_index: 0, item: describe.message("in_progress", []) });
  send("response.content_part.added", { ...place, part: part("") });

  return {
    text: (delta: string) => send("response.output_text.delta", { ...place, delta, logprobs: [] }),
    completed: (answer: Answer): void => {
      const { text, truncated } = answer;
      send("response.output_text.done", { ...place, text, logprobs: [] });
      send("response.content_part.done", { ...place, part: part(text) });
      const status = truncated ? "incomplete" : "completed";
      send("response.output_item.done", { output_index: 0, item: describe.message(status, [part(text)]) });
      send(`response.${status}`, { response: describe.completed(answer) });
      stream.end();
    },
    failed: (cause: Parameters<typeof openAiError>[0]): void => {
      const { error } = openAiError(cause);
      send("response.failed", { response: describe.failed(error.code, error.message) });
      stream.end();
    },
  };
};
