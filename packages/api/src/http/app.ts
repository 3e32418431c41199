/** Serves a route table and the sign-in's addresses with Hono: dispatch, callers, bodies, errors as problems. */

import type { Control } from "@skykoi/control";
import { fault, toFault } from "@skykoi/fault";
import type { Logger } from "@skykoi/log";
import { Hono, type Context } from "hono";

import type { AuthPort } from "../sign-in/auth-port.ts";
import { parseJson, readJsonText } from "./body.ts";
import { createCallers } from "./callers.ts";
import { createOriginCheck } from "./origin.ts";
import { problemResponse } from "./problem.ts";
import type { Reply, Route } from "./route.ts";

export interface AppOptions {
  readonly routes: readonly Route[];
  readonly auth: AuthPort;
  readonly control: Pick<Control, "actorFor">;
  readonly publicUrls: readonly string[];
  readonly toResponse: (reply: Reply) => Response;
  /** The document at /api/openapi.json. */
  readonly openApi: () => unknown;
  readonly log: Logger;
}

const OPEN_API_PATH = "/api/openapi.json";

export interface AppEnv {
  /** Handed to `fetch` beside the request. */
  Bindings: { readonly requestId: string };
}

export const createApp = (options: AppOptions): Hono<AppEnv> => {
  const { routes, auth, log } = options;
  const checkOrigin = createOriginCheck(options.publicUrls);
  const app = new Hono<AppEnv>();

  app.use(async (context, next) => {
    checkOrigin(context.req.raw);
    await next();
  });
  for (const route of routes) app.on(route.method, route.path, (context) => serveRoute(route, context, options));
  for (const { method, path } of auth.endpoints) app.on(method, path, (context) => serveSignIn(auth, context.req.raw));
  app.get(OPEN_API_PATH, (context) => context.json(options.openApi()));

  for (const [path, methods] of methodsByPath([...routes, ...auth.endpoints, { method: "GET", path: OPEN_API_PATH }])) {
    app.all(path, () => problemResponse(fault("METHOD_NOT_ALLOWED"), { allow: methods.join(", ") }));
  }
  app.notFound(() => problemResponse(fault("NOT_FOUND")));
  app.onError((error, context) => {
    const failure = toFault(error);
    const { requestId } = context.env;
    const fields = { requestId, method: context.req.method, path: context.req.path };
    // What passes by itself, such as an agent that does not answer, is reported by the part that met it.
    if (failure.status >= 500 && !failure.retryable) log.error("a request failed", { ...fields, error });
    else log.debug("a request was refused", { ...fields, code: failure.code, detail: failure.detail });
    return problemResponse(failure);
  });
  return app;
};

const serveRoute = async (route: Route, context: Context<AppEnv>, options: AppOptions): Promise<Response> => {
  const request = context.req.raw;
  const prolonged: string[] = [];
  const callers = createCallers(options.control, options.auth, (cookies) => prolonged.push(...cookies));
  const reply = await route.answer(
    {
      headers: request.headers,
      params: context.req.param(),
      query: new URL(request.url).searchParams,
      readBody: async () => parseJson(await readJsonText(request)),
    },
    callers,
  );
  const response = options.toResponse(reply);
  for (const cookie of prolonged) response.headers.append("set-cookie", cookie);
  return response;
};

/** The sign-in provider reads the body itself; by then it is known to be JSON of a sane size. */
const serveSignIn = async (auth: AuthPort, request: Request): Promise<Response> => {
  const hasBody = request.body !== null && request.headers.get("content-length") !== "0";
  if (!hasBody) return await auth.handler(request);
  const text = await readJsonText(request);
  parseJson(text);
  return await auth.handler(new Request(request.url, { method: request.method, headers: request.headers, body: text }));
};

const methodsByPath = (entries: readonly { method: string; path: string }[]): Map<string, string[]> => {
  const byPath = new Map<string, string[]>();
  for (const { method, path } of entries) byPath.set(path, [...(byPath.get(path) ?? []), method]);
  return byPath;
};
