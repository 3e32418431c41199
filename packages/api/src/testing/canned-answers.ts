/** What a scripted gateway answers when a test does not care: the examples of the protocol, a run that just starts. */

import { METHODS, isMethodName } from "@skykoi/protocol";

export const cannedAnswer = (method: string, params: unknown): unknown => {
  if (method === "chat.send") return { runId: runIdOf(params), status: "started" };
  if (isMethodName(method)) return METHODS[method].example.result;
  throw new Error(`no such method: ${method}`);
};

const runIdOf = (params: unknown): unknown =>
  typeof params === "object" && params !== null && "idempotencyKey" in params ? params.idempotencyKey : undefined;
