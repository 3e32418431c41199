/** A whole API on a database of its own, called in process, with people who are signed in to it. */

import { createControl, type Actor, type AgentRecord, type Control, type Phase } from "@skykoi/control";
import { openTestDatabase } from "@skykoi/control/testing";
import { createLogger } from "@skykoi/log";
import { compileValidator, parseOrThrow } from "@skykoi/schema";
import { Type, type Static, type TSchema } from "typebox";
import { expect } from "vitest";

import { AgentView } from "../agents/agent-view.ts";
import { CLIENT_ADDRESS_HEADER, createApi, type Api, type ApiOptions } from "../api.ts";

export const ORIGIN = "http://localhost:3000";
const SECRET_KEY = "ab".repeat(32);

export interface Platform {
  readonly api: Api;
  readonly control: Control;
  /** Every line the API logged. */
  readonly logLines: readonly string[];
  call(path: string, options?: CallOptions): Promise<Response>;
  signUp(name: string): Promise<Person>;
  /** An agent whose instance enrolled and passed its health check, or came to the given phase after that. */
  agentOf(person: Person, phase?: Phase): Promise<AgentRecord>;
  close(): Promise<void>;
}

interface CallOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

export interface Person {
  readonly name: string;
  readonly email: string;
  readonly cookie: string;
  call(path: string, options?: CallOptions): Promise<Response>;
}

export const openPlatform = async (options: Partial<ApiOptions> = {}): Promise<Platform> => {
  const database = await openTestDatabase();
  const logLines: string[] = [];
  const log = createLogger({ level: "debug", write: (line) => void logLines.push(line) });
  const control = createControl({ database, secretKey: SECRET_KEY, log });
  const api = createApi({
    control,
    database: database.kysely,
    secretKey: SECRET_KEY,
    publicUrls: [ORIGIN, "http://127.0.0.1:3000"],
    version: "1.2.3",
    model: { ref: "offline/demo", demo: true },
    bootstrap: ({ agent, gatewayToken }) => ({
      config: JSON.stringify({ gateway: { auth: { token: gatewayToken } } }),
      workspace: { directory: "/srv/koi", files: [{ path: "SOUL.md", text: `I am ${agent.name}.` }] },
    }),
    log,
    ...options,
  });

  const call = async (path: string, { method, headers, body, signal }: CallOptions = {}): Promise<Response> =>
    await api.fetch(
      new Request(`${ORIGIN}${path}`, {
        method: method ?? (body === undefined ? "GET" : "POST"),
        headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal ? { signal } : {}),
      }),
    );

  let people = 0;
  return {
    api,
    control,
    logLines,
    call,
    signUp: async (name) => {
      people += 1;
      const email = `${name.toLowerCase()}.${people}@example.com`;
      const answer = await call("/api/auth/sign-up/email", {
        body: { name, email, password: "correct horse battery" },
        // Each from an address of its own, so that the rate limit only meets the test that is about it.
        headers: { [CLIENT_ADDRESS_HEADER]: `10.0.0.${people}` },
      });
      if (!answer.ok) throw new Error(`sign-up answered ${answer.status}: ${await answer.text()}`);
      const cookie = cookieOf(answer);
      return {
        name,
        email,
        cookie,
        call: (path, request = {}) => call(path, { ...request, headers: { cookie, ...request.headers } }),
      };
    },
    agentOf: async (person, phase = "ready") => {
      const created = await person.call("/api/agents", { body: { name: "Koi" } });
      const { id } = await contentOf(created, AgentView);
      return await enrol(control, id, { actor: await actorOf(control, person), phase });
    },
    close: async () => {
      api.close();
      await database.close();
    },
  };
};

/** The pairs of all cookies an answer sets, as a browser would send them back. */
export const cookieOf = (answer: Response): string =>
  answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");

/** The body of an answer, held to its schema. */
export const contentOf = async <S extends TSchema>(answer: Response, schema: S): Promise<Static<S>> =>
  parseOrThrow(compileValidator(schema), await answer.json(), "The answer's");

export const problemIn = async (answer: Response): Promise<Static<typeof Problem>> => {
  expect(answer.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
  const problem = await contentOf(answer, Problem);
  expect(problem).toMatchObject({ status: answer.status, type: `/docs/errors#${problem.code}` });
  return problem;
};

const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String(),
  detail: Type.String(),
  errors: Type.Optional(Type.Array(Type.Object({ path: Type.String(), message: Type.String() }))),
});

export const actorOf = async (control: Control, person: Person): Promise<Actor> => {
  const answer = await person.call("/api/me");
  const { user } = await contentOf(
    answer,
    Type.Object({ user: Type.Object({ id: Type.String(), name: Type.String(), email: Type.String() }) }),
  );
  return await control.actorFor({ userId: user.id, name: user.name, email: user.email });
};

const enrol = async (
  control: Control,
  agentId: string,
  { actor, phase }: { actor: Actor; phase: Phase },
): Promise<AgentRecord> => {
  const { instance } = await control.agents.get(actor, agentId);
  const token = await control.enrolment.issue(instance.id, {});
  await control.enrolment.exchange(token);
  await control.enrolment.complete(token, { gatewayVersion: "1.2.3", gatewayUrl: "ws://127.0.0.1:1" });
  const found = await control.fleet.load(instance.id);
  if (!found) throw new Error("the instance is gone");
  await control.fleet.record(found.instance, { phase }, []);
  return await control.agents.get(actor, agentId);
};
