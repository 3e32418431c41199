/** The form of a route: what it takes and answers as schemas, who may call it, and the handler behind that door. */

import type { Actor } from "@skykoi/control";
import { fault } from "@skykoi/fault";
import { compileValidator, parseOrThrow } from "@skykoi/schema";
import { Type, type Static, type TSchema } from "typebox";

import type { SseMessage } from "./sse.ts";

export type Access = "anonymous" | "user" | "enrolment";
type Method = "GET" | "POST" | "PUT" | "DELETE";

/** What a handler knows of the caller, by the access its route asks for. */
interface CallerOf {
  anonymous: undefined;
  user: Actor;
  /** The enrolment token; the domain decides whether it is worth something. */
  enrolment: string;
}

export type Callers = { readonly [A in Access]: (headers: Headers) => Promise<CallerOf[A]> };

interface Call<A extends Access, P, Q, B> {
  readonly caller: CallerOf[A];
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly headers: Headers;
}

export type Reply =
  | { readonly kind: "json"; readonly status: number; readonly body: unknown }
  | { readonly kind: "empty"; readonly status: 204 }
  /** `open` is called when the client begins to read; `signal` fires when it goes away. */
  | { readonly kind: "stream"; readonly open: (signal: AbortSignal) => AsyncIterable<SseMessage> };

export interface RouteSpec<A extends Access, P extends TSchema, Q extends TSchema, B extends TSchema> {
  readonly method: Method;
  /** With `:name` for parameters. */
  readonly path: string;
  readonly access: A;
  /** One sentence for the generated document. */
  readonly summary: string;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** By status; what is not JSON (an event stream, no content) is described, not validated. */
  readonly responses: Readonly<Record<number, ResponseSpec>>;
  readonly handler: (call: Call<A, Static<P>, Static<Q>, Static<B>>) => Promise<Reply> | Reply;
}

export interface ResponseSpec {
  readonly description: string;
  readonly contentType?: "application/json" | "text/event-stream";
  readonly schema?: TSchema;
}

interface RawCall {
  readonly headers: Headers;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Reads and parses the body; only called when the route takes one. */
  readonly readBody: () => Promise<unknown>;
}

export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly access: Access;
  readonly summary: string;
  readonly params: TSchema;
  readonly query: TSchema;
  readonly body: TSchema | undefined;
  readonly responses: Readonly<Record<number, ResponseSpec>>;
  readonly answer: (raw: RawCall, callers: Callers) => Promise<Reply>;
}

/** For routes without parameters, without a query. Unknown query fields are refused. */
export const Nothing = Type.Object({}, { additionalProperties: false });
/** For routes that take no body; one that is sent anyway is not read. */
export const NoBody = Type.Undefined();

export const route = <A extends Access, P extends TSchema, Q extends TSchema, B extends TSchema>(
  spec: RouteSpec<A, P, Q, B>,
): Route => {
  const checkParams = compileValidator(spec.params);
  const checkQuery = compileValidator(spec.query);
  const checkBody = compileValidator(spec.body);
  const takesBody = !Object.is(spec.body, NoBody);

  return {
    method: spec.method,
    path: spec.path,
    access: spec.access,
    summary: spec.summary,
    params: spec.params,
    query: spec.query,
    body: takesBody ? spec.body : undefined,
    responses: spec.responses,
    answer: async (raw, callers) => {
      // The door first: a stranger learns nothing about what a valid request looks like.
      const caller = await callers[spec.access](raw.headers);
      const params = checkParams(raw.params);
      if (!params.ok) throw fault("NOT_FOUND");
      const query = parseOrThrow(checkQuery, fieldsOf(raw.query), "The query");
      const body = parseOrThrow(checkBody, takesBody ? await raw.readBody() : undefined, "The field");
      return await spec.handler({ caller, params: params.value, query, body, headers: raw.headers });
    },
  };
};

export const json = (status: number, body: unknown): Reply => ({ kind: "json", status, body });
export const empty: Reply = { kind: "empty", status: 204 };
export const stream = (open: (signal: AbortSignal) => AsyncIterable<SseMessage>): Reply => ({ kind: "stream", open });

const WHOLE_NUMBER = /^\d{1,15}$/;

/** Query values arrive as text; what looks like a whole number is one. */
const fieldsOf = (query: URLSearchParams): Record<string, string | number> =>
  Object.fromEntries([...query].map(([key, value]) => [key, WHOLE_NUMBER.test(value) ? Number(value) : value]));
