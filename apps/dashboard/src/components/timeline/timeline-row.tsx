"use client";

/** One step of the timeline: its mark, its title, how long it takes, and more when opened. */

import { ChevronRight } from "lucide-react";
import { useId, useState } from "react";

import { formatDuration, formatTicking } from "../../format/duration.ts";
import { formatClock } from "../../format/moment.ts";
import { StepMark, stepStateWords } from "./step-mark.tsx";
import type { TimelineStep } from "./timeline-steps.ts";

interface TimelineRowProps {
  readonly step: TimelineStep;
  readonly now: number | undefined;
  readonly last: boolean;
  /** Its detail is shown until the reader decides otherwise. */
  readonly telling: boolean;
}

export const TimelineRow = ({ step, now, last, telling }: TimelineRowProps) => {
  const [chosen, setChosen] = useState<boolean>();
  const open = chosen ?? telling;
  const detailId = useId();
  const expandable = step.detail !== null || step.notes.length > 0;
  return (
    <li
      className={`relative flex animate-rise gap-3 pb-5 last:pb-0 ${step.inside ? "-mt-2 text-small" : ""}`}
      data-testid="timeline-step"
      data-step={step.step}
      data-state={step.state}
    >
      {last ? null : (
        <span
          aria-hidden
          className={`absolute bottom-0.5 left-[9.5px] w-px bg-line ${step.inside ? "-top-2.5" : "top-6"}`}
        />
      )}
      {step.inside ? <span className="w-5 shrink-0" /> : null}
      <StepMark state={step.state} />
      <div className="min-w-0 grow">
        <div className="flex items-baseline gap-2">
          <Title
            step={step}
            open={open}
            onToggle={expandable ? () => setChosen(!open) : undefined}
            controls={detailId}
          />
          <span className="sr-only">, {stepStateWords[step.state]}</span>
          <span className="grow" />
          <Took step={step} now={now} />
        </div>
        {expandable && open ? <Detail id={detailId} step={step} /> : null}
      </div>
    </li>
  );
};

interface TitleProps {
  readonly step: TimelineStep;
  readonly open: boolean;
  readonly onToggle: (() => void) | undefined;
  readonly controls: string;
}

const Title = ({ step, open, onToggle, controls }: TitleProps) => {
  const color = step.state === "failed" ? "text-bad-text" : step.state === "info" ? "text-ink-soft" : "text-ink";
  if (!onToggle) return <span className={`min-w-0 font-medium ${color}`}>{step.title}</span>;
  return (
    <button
      type="button"
      aria-expanded={open}
      aria-controls={controls}
      onClick={onToggle}
      className={`flex min-w-0 items-center gap-1 rounded-small text-left font-medium max-md:-my-3 max-md:min-h-11 ${color}`}
    >
      {step.title}
      <ChevronRight
        aria-hidden
        className={`size-4 shrink-0 text-ink-faint transition-transform duration-150 ${open ? "rotate-90" : ""}`}
      />
    </button>
  );
};

const Took = ({ step, now }: { step: TimelineStep; now: number | undefined }) => {
  const text =
    step.state === "running"
      ? now === undefined
        ? ""
        : formatTicking(now - step.startedAtMs)
      : // What took no time has no duration to show.
        !step.durationMs
        ? ""
        : formatDuration(step.durationMs);
  return (
    <span
      className={`shrink-0 text-small tabular-nums ${step.state === "running" ? "text-koi-text" : "text-ink-faint"}`}
    >
      {text}
    </span>
  );
};

const Detail = ({ id, step }: { id: string; step: TimelineStep }) => (
  <div id={id} className="mt-1.5 grid gap-1 text-small text-ink-soft">
    {step.detail === null ? null : <p className="whitespace-pre-wrap">{step.detail}</p>}
    {step.notes.map((note) => (
      <p key={note.seq} className="flex gap-3">
        <span className="shrink-0 text-ink-faint tabular-nums">{formatClock(note.atMs)}</span>
        <span>
          {note.title}
          {note.detail ? <span className="text-ink-faint"> {note.detail}</span> : null}
        </span>
      </p>
    ))}
  </div>
);
