/** `POST /v1/chat/completions`. */

import type { Usage } from "@skykoi/model";
import { toFault } from "@skykoi/fault";

import type { GatewayContext } from "../../context.ts";
import { openEventStream } from "../event-stream.ts";
import { readJsonBody } from "../json-body.ts";
import { sendJson } from "../problem.ts";
import type { HttpHandler } from "../route.ts";
import { answerOf, type AnswerSource } from "./answer.ts";
import {
  asFields,
  optionalFlag,
  optionalText,
  readConversation,
  TOOLS_ARE_OWN,
  wrong,
  type Fields,
} from "./conversation.ts";
import { BODY_LIMITS } from "./body-limits.ts";
import { openAiError } from "./openai-error.ts";
import { findTarget, KOI } from "./target.ts";

type Source = AnswerSource & Pick<GatewayContext, "agents" | "catalog" | "resolve" | "now">;

export const createChatCompletions =
  (source: Source): HttpHandler =>
  async ({ request, response, signal }) => {
    const body = asFields(await readJsonBody(request, BODY_LIMITS), "The body");
    refuseWhatIsNotThere(body);
    const conversation = readConversation(body["messages"], "messages");
    const model = optionalText(body, "model");
    const wish = { model, user: optionalText(body, "user"), sessionKey: undefined };
    const target = await findTarget(source, request.headers, wish);
    const head = {
      id: `chatcmpl-${target.runId}`,
      created: Math.floor(source.now() / 1000),
      model: model ?? KOI,
      system_fingerprint: null,
    };
    response.setHeader("x-skykoi-session-key", target.address.key);
    if (!optionalFlag(body, "stream")) {
      const { text, usage, truncated } = await answerOf(source, {
        target,
        conversation,
        signal,
        onText: () => undefined,
      });
      const message = { role: "assistant", content: text, refusal: null };
      const choice = { index: 0, message, logprobs: null, finish_reason: truncated ? "length" : "stop" };
      return sendJson(response, 200, { ...head, object: "chat.completion", choices: [choice], usage: counted(usage) });
    }

    const options = asFields(body["stream_options"] ?? {}, "stream_options");
    const withUsage = optionalFlag(options, "include_usage");
    const chunk = (delta: object, finish: string | null) => ({
      ...head,
      object: "chat.completion.chunk",
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      ...(withUsage && { usage: null }),
    });
    // Opened with the first piece, so that what fails before it has a status of its own.
    let stream: ReturnType<typeof openEventStream> | undefined;
    const opened = () => {
      if (stream) return stream;
      stream = openEventStream(response);
      stream.send(chunk({ role: "assistant", content: "" }, null));
      return stream;
    };
    try {
      const onText = (piece: string): void => opened().send(chunk({ content: piece }, null));
      const { usage, truncated } = await answerOf(source, { target, conversation, signal, onText });
      opened().send(chunk({}, truncated ? "length" : "stop"));
      if (withUsage) opened().send({ ...chunk({}, null), choices: [], usage: counted(usage) });
      opened().send("[DONE]");
    } catch (thrown) {
      if (!stream) throw thrown;
      stream.send(openAiError(toFault(thrown)));
    }
    stream?.end();
  };

/** What would change the answer and is not done is said, what only tunes it is left aside. */
const refuseWhatIsNotThere = (body: Fields): void => {
  const { n, tools, functions } = body;
  if (n !== undefined && n !== null && n !== 1) throw wrong("n", "must be 1");
  for (const [name, value] of Object.entries({ tools, functions })) {
    if (Array.isArray(value) && value.length > 0) throw wrong(name, TOOLS_ARE_OWN);
  }
};

const counted = (usage: Usage) => {
  const input = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  return {
    prompt_tokens: input,
    completion_tokens: usage.outputTokens,
    total_tokens: input + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cacheReadTokens },
  };
};
