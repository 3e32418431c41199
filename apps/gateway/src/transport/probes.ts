/** What a supervisor or a proxy asks: alive, ready, started. Open to everybody, so they say nothing else. */

import { sendJson } from "../http/problem.ts";
import type { Route } from "../http/route.ts";

export interface ProbeState {
  /** Start-up is over. */
  started(): boolean;
  /** New work is accepted. */
  ready(): boolean;
}

export const probeRoutes = (state: ProbeState): readonly Route[] => [
  probe("/healthz", () => true),
  probe("/readyz", () => state.ready()),
  probe("/startupz", () => state.started()),
];

const probe = (path: string, isOk: () => boolean): Route => ({
  method: "GET",
  path,
  auth: "none",
  load: () => (call) => {
    const ok = isOk();
    sendJson(call.response, ok ? 200 : 503, { status: ok ? "ok" : "unavailable" });
  },
});
