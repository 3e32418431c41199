/** The API as the server's pages call it: in this process, as the person whose request is being answered. */

import { mountedApi } from "@skykoi/api/mount";
import type { AgentsView, AgentView, MeView } from "@skykoi/api/views";
import { headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";

import { pathHeader, signInPath } from "../routes.ts";
import { readAnswer } from "./answer.ts";
import { ProblemError, type Outcome } from "./problem.ts";

/** Who is signed in; undefined for nobody. One call a request. */
export const findMe = cache(async (): Promise<MeView | undefined> => {
  const outcome = await get<MeView>("/api/me");
  if (outcome.ok) return outcome.value;
  if (outcome.problem.status === 401) return undefined;
  throw new ProblemError(outcome.problem);
});

/** Who is signed in; anybody else is sent to sign in first and comes back here. */
export const requireMe = async (): Promise<MeView> => {
  const me = await findMe();
  if (me) return me;
  const request = await headers();
  return redirect(signInPath(request.get(pathHeader)));
};

export const listAgents = cache(async (): Promise<readonly AgentView[]> => {
  const outcome = await get<AgentsView>("/api/agents");
  if (outcome.ok) return outcome.value.agents;
  throw new ProblemError(outcome.problem);
});

/** The agent, or the page that says there is none. */
export const requireAgent = async (agentId: string): Promise<AgentView> => {
  const outcome = await get<AgentView>(`/api/agents/${encodeURIComponent(agentId)}`);
  if (outcome.ok) return outcome.value;
  if (outcome.problem.status === 404) return notFound();
  throw new ProblemError(outcome.problem);
};

const get = async <T>(path: `/api/${string}`): Promise<Outcome<T>> => {
  const incoming = await headers();
  const cookie = incoming.get("cookie");
  const request = new Request(`http://${incoming.get("host") ?? "localhost"}${path}`, {
    headers: cookie ? { cookie } : {},
  });
  return readAnswer<T>(await mountedApi().fetch(request));
};
