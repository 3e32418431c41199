/** The addresses of the pages, and where a person goes after signing in. */

/** Set by the proxy on every request for a page: the path and query that was asked for. */
export const pathHeader = "x-skykoi-path";

export const homePath = "/";
export const newAgentPath = "/agents/new";
export const agentPath = (agentId: string): string => `/agents/${encodeURIComponent(agentId)}`;
export const agentTimelinePath = (agentId: string): string => `${agentPath(agentId)}?view=timeline`;

export const signInPath = (from: string | null): string => withNext("/sign-in", from);
export const signUpPath = (from: string | null): string => withNext("/sign-up", from);

/** A path on this site and nothing else: an address from outside must not choose where a person lands. */
export const safeNext = (next: unknown): string => {
  if (typeof next !== "string" || !next.startsWith("/")) return homePath;
  const base = "http://skykoi.invalid";
  if (!URL.canParse(next, base)) return homePath;
  const url = new URL(next, base);
  // "/.//elsewhere" is on this site, but what is left of it after its dots is an address of another one.
  return url.origin === base && !url.pathname.startsWith("//") ? `${url.pathname}${url.search}` : homePath;
};

const withNext = (path: string, from: string | null): string => {
  const next = safeNext(from);
  return next === homePath ? path : `${path}?next=${encodeURIComponent(next)}`;
};
