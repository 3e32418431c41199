/** The event hub, with an eye on what passes: ends of runs and durations of tools are counted. */

import type { EventHub } from "../events/event-hub.ts";
import type { Metrics } from "./metrics.ts";

export interface RunEndSeen {
  /** The code of what failed; undefined for a run that did not fail. */
  readonly errorKind: string | undefined;
  readonly errorMessage: string;
}

export const createCountingHub = (hub: EventHub, metrics: Metrics, onRunEnd: (end: RunEndSeen) => void): EventHub => ({
  ...hub,
  publish: (event, sessionKey, payload) => {
    hub.publish(event, sessionKey, payload);
    if ("state" in payload) {
      const { state } = payload;
      if (state === "status" || state === "delta") return;
      // Nothing of a command says how the agent or its model does.
      if (state === "final" && payload.message.command) return;
      metrics.add("skykoi_runs_total", 1, { outcome: OUTCOMES[state] });
      onRunEnd({
        errorKind: state === "error" ? payload.errorKind : undefined,
        errorMessage: state === "error" ? payload.errorMessage : "",
      });
    } else if ("stream" in payload && payload.stream === "tool" && payload.data.phase === "result") {
      const { name, isError, durationMs } = payload.data;
      metrics.observe("skykoi_tool_duration_seconds", durationMs / 1000, { tool: name, ok: String(!isError) });
    }
  },
});

const OUTCOMES = { final: "completed", aborted: "aborted", error: "failed" } as const;
