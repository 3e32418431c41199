/** The state of a step as a mark on the line. */

import { Check, X } from "lucide-react";
import type { ReactNode } from "react";

import type { TimelineStep } from "./timeline-steps.ts";

const marks: Readonly<Record<TimelineStep["state"], ReactNode>> = {
  running: (
    <span className="relative size-5 shrink-0 rounded-full border-2 border-koi/25">
      <span className="absolute -inset-0.5 animate-turn rounded-full border-2 border-transparent border-t-koi" />
    </span>
  ),
  done: (
    <span className="grid size-5 shrink-0 place-items-center rounded-full border border-line-strong bg-surface text-good-text">
      <Check aria-hidden className="size-3" strokeWidth={2.5} />
    </span>
  ),
  failed: (
    <span className="grid size-5 shrink-0 place-items-center rounded-full border border-bad/40 bg-bad-wash text-bad-text">
      <X aria-hidden className="size-3" strokeWidth={2.5} />
    </span>
  ),
  info: (
    <span className="grid size-5 shrink-0 place-items-center">
      <span className="size-1.5 rounded-full bg-line-strong" />
    </span>
  ),
};

export const StepMark = ({ state }: { state: TimelineStep["state"] }) => marks[state];

export const stepStateWords: Readonly<Record<TimelineStep["state"], string>> = {
  running: "under way",
  done: "done",
  failed: "failed",
  info: "noted",
};
