"use client";

/** How an agent came up, or comes up right now: every step with its duration, and what to do when one failed. */

import type { AgentView, TimelineEventView } from "@skykoi/api/views";
import { useMemo, type ReactNode } from "react";

import { formatDuration, formatTicking } from "../../format/duration.ts";
import { phaseMeaning } from "../agents/phase.ts";
import { useNow } from "../shell/use-now.ts";
import { Skeleton } from "../ui/skeleton.tsx";
import { setUpClock } from "./set-up-clock.ts";
import { TimelineRow } from "./timeline-row.tsx";
import { timelineSteps, type TimelineStep } from "./timeline-steps.ts";

interface TimelineProps {
  readonly agent: AgentView;
  readonly events: readonly TimelineEventView[];
  /** What the reader can do now: retry, start the chat. */
  readonly children?: ReactNode;
}

const tickMs = 100;

export const Timeline = ({ agent, events, children }: TimelineProps) => {
  const steps = useMemo(() => timelineSteps(events), [events]);
  const now = useNow(steps.some(({ state }) => state === "running") ? tickMs : null);
  const clock = setUpClock(steps);
  // Why it is tried again. When it was given up, the page says so above; when it is up, it is history.
  const troubled = agent.phase === "failed" || agent.phase === "ready" ? undefined : latestFailure(steps);
  const elapsedMs = clock && (clock.tookMs ?? (now === undefined ? null : now - clock.startedAtMs));
  return (
    <section aria-label="Timeline" data-testid="timeline">
      <div className="flex items-end justify-between gap-4 border-b border-line pb-4">
        <div aria-live="polite">
          <h2 className="text-title font-semibold tracking-tight">{heading(agent)}</h2>
          <p className="text-small text-ink-soft">{explanation(agent)}</p>
        </div>
        <div className="shrink-0 text-right tabular-nums">
          {typeof elapsedMs === "number" && agent.phase !== "failed" ? (
            <p className="text-title font-medium">
              {clock?.tookMs === null ? formatTicking(elapsedMs) : formatDuration(elapsedMs)}
            </p>
          ) : null}
          {agent.typicalReadyMs === null ? null : (
            <p className="text-small text-ink-faint">usually {formatDuration(agent.typicalReadyMs)}</p>
          )}
        </div>
      </div>
      {children}
      {steps.length === 0 ? (
        <TimelineSkeleton />
      ) : (
        <ol className="mt-6">
          {steps.map((step, index) => (
            <TimelineRow
              key={step.seq}
              step={step}
              now={now}
              last={index === steps.length - 1}
              telling={step === troubled}
            />
          ))}
        </ol>
      )}
    </section>
  );
};

const latestFailure = (steps: readonly TimelineStep[]): TimelineStep | undefined =>
  steps.findLast(({ state }) => state === "failed");

const heading = (agent: AgentView): string => {
  const { reachable, words } = phaseMeaning(agent);
  if (agent.phase === "failed") return `${agent.name} did not come up`;
  if (agent.phase === "ready") return `${agent.name} is ready`;
  if (reachable) return `${agent.name} is not answering`;
  switch (agent.phase) {
    case "requested":
    case "launching":
    case "booting":
    case "enrolling":
    case "verifying":
      return `${agent.name} is coming up`;
    default:
      return `${agent.name}: ${words.toLowerCase()}`;
  }
};

const explanation = (agent: AgentView): string => {
  switch (agent.phase) {
    case "ready":
      return "It answered a real health check. From here on it is watched.";
    case "failed":
      return "Nothing is running and nothing is lost.";
    case "degraded":
      return "It is being looked after. What you sent is safe.";
    default:
      return "You can leave this page. It goes on without you.";
  }
};

const TimelineSkeleton = () => (
  <div className="mt-6 grid gap-5" role="status" aria-label="Loading the timeline">
    {[0, 1, 2].map((row) => (
      <div key={row} className="flex items-center gap-3">
        <Skeleton className="size-5 rounded-full" />
        <Skeleton className="h-3.5 w-44" />
      </div>
    ))}
  </div>
);
