/** A fault as an HTTP answer: problem details (RFC 9457) with a code for programs and sentences for people. */

import { FAULTS, type Fault } from "@skykoi/fault";

import type { ProblemView } from "../views.ts";

const problemOf = (thrown: Fault): ProblemView => {
  const errors = fieldErrorsOf(thrown.details);
  return {
    type: `/docs/errors#${thrown.code}`,
    title: FAULTS[thrown.code].message,
    status: thrown.status,
    code: thrown.code,
    detail: thrown.message,
    ...(errors.length > 0 ? { errors } : {}),
  };
};

export const problemResponse = (thrown: Fault, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(problemOf(thrown)), {
    status: thrown.status,
    headers: {
      "content-type": "application/problem+json; charset=utf-8",
      // The rest of the body was not read: nothing that follows on this connection could be understood.
      ...(thrown.code === "PAYLOAD_TOO_LARGE" ? { connection: "close" } : {}),
      ...(thrown.retryAfterMs === undefined ? {} : { "retry-after": String(Math.ceil(thrown.retryAfterMs / 1000)) }),
      ...headers,
    },
  });

const fieldErrorsOf = (details: unknown): { path: string; message: string }[] => {
  if (!Array.isArray(details)) return [];
  return details.flatMap((item: unknown) =>
    typeof item === "object" &&
    item !== null &&
    "path" in item &&
    "message" in item &&
    typeof item.path === "string" &&
    typeof item.message === "string"
      ? [{ path: item.path, message: item.message }]
      : [],
  );
};
