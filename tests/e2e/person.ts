/** A person without a browser: signs up, keeps the cookie, calls the API. */

import { eventually } from "./waiting.ts";
import { eventsOf, type ServerSentEvent } from "./event-stream.ts";

export interface AgentView {
  readonly id: string;
  readonly name: string;
  readonly phase: string;
  readonly lastError: { readonly code: string; readonly message: string } | null;
}

export interface HistoryMessage {
  readonly id: string;
  readonly role: string;
  readonly runId?: string;
  readonly content: readonly { readonly type: string; readonly text?: string; readonly name?: string }[];
}

export interface Person {
  readonly email: string;
  /** A string is sent as it is, anything else as JSON. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  createAgent(name: string): Promise<AgentView>;
  agent(id: string): Promise<AgentView>;
  untilPhase(id: string, phase: string, limitMs?: number): Promise<AgentView>;
  /** Sends a message and reads the answer to its end. */
  say(agentId: string, text: string, idempotencyKey?: string): Promise<ServerSentEvent[]>;
  history(agentId: string): Promise<HistoryMessage[]>;
}

let counter = 0;

/** Signs a new person up at a running SkyKoi. */
export const signUp = async (url: string): Promise<Person> => {
  counter += 1;
  const email = `person-${process.pid}-${counter}@example.com`;
  const answer = await fetch(`${url}/api/auth/sign-up/email`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: `Person ${counter}`, email, password: "correct horse battery" }),
  });
  if (!answer.ok) throw new Error(`sign-up: ${answer.status} ${await answer.text()}`);
  return personWith(url, email, cookiesOf(answer));
};

/** The same person at another address of the same installation, after a restart. */
export const signIn = async (url: string, email: string): Promise<Person> => {
  const answer = await fetch(`${url}/api/auth/sign-in/email`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password: "correct horse battery" }),
  });
  if (!answer.ok) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`);
  return personWith(url, email, cookiesOf(answer));
};

const cookiesOf = (answer: Response): string =>
  answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0] ?? "")
    .join("; ");

const personWith = (url: string, email: string, cookie: string): Person => {
  const call: Person["call"] = (method, path, body, headers = {}) =>
    fetch(`${url}${path}`, {
      method,
      headers: { cookie, ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    });
  const json = async <T>(method: string, path: string, status: number, body?: unknown): Promise<T> => {
    const answer = await call(method, path, body);
    if (answer.status !== status) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    const value: T = JSON.parse(await answer.text());
    return value;
  };
  const agent = (id: string) => json<AgentView>("GET", `/api/agents/${id}`, 200);

  return {
    email,
    call,
    agent,
    createAgent: (name) => json<AgentView>("POST", "/api/agents", 201, { name }),
    untilPhase: (id, phase, limitMs = 30_000) =>
      eventually(
        `agent ${id} is ${phase}`,
        async () => {
          const view = await agent(id);
          return view.phase === phase ? view : undefined;
        },
        limitMs,
      ),
    say: async (agentId, text, idempotencyKey) => {
      const answer = await call("POST", `/api/agents/${agentId}/messages`, {
        text,
        ...(idempotencyKey ? { idempotencyKey } : {}),
      });
      if (answer.status !== 200) throw new Error(`say: ${answer.status} ${await answer.text()}`);
      return Array.fromAsync(eventsOf(answer));
    },
    history: async (agentId) => {
      const page = await json<{ messages: HistoryMessage[] }>("GET", `/api/agents/${agentId}/sessions/main`, 200);
      return page.messages;
    },
  };
};

/** All text of a message. */
export const textOf = (message: HistoryMessage): string => message.content.map(({ text }) => text ?? "").join("");
