/** `koi chat --message`: one message, its answer on standard output as it grows, for scripts and pipes. */

import { randomUUID } from "node:crypto";

import { payloadOf, type GatewayClient } from "@skykoi/client";
import { fault, toFault } from "@skykoi/fault";
import type { EventPayload } from "@skykoi/protocol";

export interface OneAnswer {
  readonly client: Pick<GatewayClient, "request" | "on" | "onState">;
  readonly sessionKey: string;
  readonly message: string;
  /** Each piece of the answer; the text of a finished answer is complete. */
  readonly write: (text: string) => void;
}

type ChatEvent = EventPayload<"chat">;

/** Resolves to the final event. Throws the run's own fault. */
export const oneAnswer = async ({ client, sessionKey, message, write }: OneAnswer) => {
  const runId = randomUUID();
  const ended = Promise.withResolvers<Extract<ChatEvent, { state: "final" }>>();
  let written = "";
  const put = (text: string): void => {
    written += text;
    write(text);
  };

  const stopState = client.onState((state) => {
    if (state.kind === "closed") ended.reject(state.fault ?? fault("ABORTED"));
  });
  const stopEvents = client.on((frame) => {
    const event = payloadOf(frame, "chat");
    if (event?.runId !== runId) return;
    switch (event.state) {
      case "delta":
        return put(event.deltaText);
      case "final":
        return ended.resolve(event);
      case "aborted":
        return ended.reject(fault("ABORTED", { message: "The agent was stopped before it finished." }));
      case "error":
        return ended.reject(toFault(fault("INTERNAL", { message: event.errorMessage, detail: event.errorKind })));
      default:
        return undefined;
    }
  });
  try {
    await client.request("chat.send", { sessionKey, message, idempotencyKey: runId });
    const final = await ended.promise;
    const text = final.message.content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("");
    // A client that missed deltas, or a model that answers in one piece, still gives the whole answer.
    if (!written.endsWith(text)) put(text);
    return final;
  } finally {
    stopState();
    stopEvents();
  }
};
