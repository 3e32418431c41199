/** What a fake model server answers, the same for every protocol, and the player that sends it. */

import type { ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

import type { RecordedRequest } from "./loopback-server.ts";

/** Sent in order. `exception`, `cut` and `hang` end the answer; otherwise it is finished properly. */
export type AnswerPart =
  /** One block of text; a list is sent delta by delta. */
  | { readonly text: string | readonly string[] }
  | { readonly reasoning: string; readonly signature?: string }
  /** A string as `input` is sent as it is, also when it is no JSON. */
  | { readonly toolUse: { readonly id: string; readonly name: string; readonly input: unknown } }
  | { readonly pauseMs: number }
  /** An error inside the stream. */
  | { readonly exception: string; readonly message: string }
  /** `connection`: the socket is destroyed; `stream`: the body ends cleanly, but too early. */
  | { readonly cut: "connection" | "stream" }
  /** Nothing more comes until the client goes away. */
  | { readonly hang: true };

export interface AnswerUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
}

export interface Answer {
  readonly parts: readonly AnswerPart[];
  readonly usage?: Partial<AnswerUsage>;
  /** The protocol's own word; by default what fits the parts. */
  readonly stopReason?: string;
}

/** An answer with an HTTP error status instead of a stream. */
export interface ErrorReply {
  readonly status: number;
  /** The service's name for the error: `ThrottlingException`, `rate_limit_exceeded`. */
  readonly type: string;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Reply = Answer | ErrorReply;

export interface Script {
  /** Queues replies for the next requests. */
  reply(...replies: readonly Reply[]): void;
  /** Answers all requests the queue does not; by default with the text "OK". */
  respondWith(responder: (request: RecordedRequest) => Reply): void;
}

export interface ScriptSource {
  /** For whoever holds the server. */
  readonly controls: Script;
  next(request: RecordedRequest): Reply;
}

const sayOk = (): Reply => ({ parts: [{ text: "OK" }] });

export const createScript = (): ScriptSource => {
  const queue: Reply[] = [];
  let respond: (request: RecordedRequest) => Reply = sayOk;
  return {
    controls: {
      reply: (...replies) => void queue.push(...replies),
      respondWith: (responder) => {
        respond = responder;
      },
    },
    next: (request) => queue.shift() ?? respond(request),
  };
};

/** How a protocol writes the parts down. */
export interface Encoder {
  start(): readonly (string | Uint8Array)[];
  text(deltas: readonly string[]): readonly (string | Uint8Array)[];
  reasoning(text: string, signature: string | undefined): readonly (string | Uint8Array)[];
  toolUse(id: string, name: string, inputJson: string): readonly (string | Uint8Array)[];
  exception(type: string, message: string): readonly (string | Uint8Array)[];
  finish(usage: AnswerUsage, stopReason: string | undefined, calledTools: boolean): readonly (string | Uint8Array)[];
}

const DEFAULT_USAGE: AnswerUsage = { inputTokens: 10, outputTokens: 5, cacheReadTokens: 0, cacheWriteTokens: 0 };

/** What the answer says it used; where it says nothing, what was counted of its input. */
export const usageOf = ({ usage }: Answer, counted: Partial<AnswerUsage>): AnswerUsage => ({
  ...DEFAULT_USAGE,
  ...(usage ?? counted),
});

/** The headers are already written; ends the response. */
export const play = async (response: ServerResponse, answer: Answer, encoder: Encoder): Promise<void> => {
  const send = (chunks: readonly (string | Uint8Array)[]): void => {
    for (const chunk of chunks) response.write(chunk);
  };
  response.flushHeaders();
  send(encoder.start());
  for (const part of answer.parts) {
    if ("text" in part) send(encoder.text(typeof part.text === "string" ? [part.text] : part.text));
    else if ("reasoning" in part) send(encoder.reasoning(part.reasoning, part.signature));
    else if ("toolUse" in part)
      send(encoder.toolUse(part.toolUse.id, part.toolUse.name, inputJson(part.toolUse.input)));
    else if ("pauseMs" in part) await delay(part.pauseMs);
    else if ("hang" in part) return;
    else if ("cut" in part) {
      await breakOff(response, part.cut);
      return;
    } else {
      send(encoder.exception(part.exception, part.message));
      response.end();
      return;
    }
  }
  const calledTools = answer.parts.some((part) => "toolUse" in part);
  send(encoder.finish({ ...DEFAULT_USAGE, ...answer.usage }, answer.stopReason, calledTools));
  response.end();
};

const inputJson = (input: unknown): string => (typeof input === "string" ? input : JSON.stringify(input));

/** Only after what was written has left, so that the client sees the parts before the break. */
const breakOff = async (response: ServerResponse, how: "connection" | "stream"): Promise<void> => {
  if (how === "stream") {
    response.end();
    return;
  }
  const flushed = Promise.withResolvers<void>();
  response.write("", () => flushed.resolve());
  await flushed.promise;
  response.socket?.resetAndDestroy();
};
