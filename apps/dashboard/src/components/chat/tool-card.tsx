"use client";

/** One call of a tool: what was done, how long it took, and what came of it when opened. */

import { Check, ChevronRight, FilePen, FilePlus2, FileText, Folder, Square, Terminal, Wrench, X } from "lucide-react";
import { memo, useId, useState } from "react";

import { formatDuration } from "../../format/duration.ts";
import { ToolOutput } from "./tool-output.tsx";
import { argumentLines, outputEdge, titleParts } from "./tool-view.ts";

export interface ToolCardProps {
  readonly name: string;
  readonly title: string;
  readonly args: unknown;
  readonly state: "running" | "done" | "failed" | "stopped";
  readonly output: string;
  readonly durationMs: number | null;
}

const icons: Readonly<Record<string, typeof Wrench>> = {
  exec: Terminal,
  read: FileText,
  write: FilePlus2,
  edit: FilePen,
  ls: Folder,
};

const stateWords: Readonly<Record<ToolCardProps["state"], string>> = {
  running: "running",
  done: "done",
  failed: "failed",
  stopped: "stopped",
};

export const ToolCard = memo((props: ToolCardProps) => {
  const [open, setOpen] = useState(false);
  const panelId = useId();
  const Icon = icons[props.name] ?? Wrench;
  return (
    <div
      data-testid="tool-card"
      data-state={props.state}
      data-tool={props.name}
      className="overflow-hidden rounded-base border border-line bg-surface"
    >
      <button
        type="button"
        aria-expanded={open}
        aria-controls={panelId}
        onClick={() => setOpen(!open)}
        className="flex min-h-9 w-full items-center gap-2.5 px-3 text-left text-small transition-colors duration-150 hover:bg-hover focus-visible:-outline-offset-2 max-md:min-h-11"
      >
        <Icon aria-hidden className="size-4 shrink-0 text-ink-faint" />
        <span className="min-w-0 grow truncate">
          {titleParts(props.title).map(({ text, code }, index) =>
            code ? (
              <code key={index} className="font-mono text-[0.75rem] text-ink">
                {text}
              </code>
            ) : (
              <span key={index} className="text-ink-soft">
                {text}
              </span>
            ),
          )}
        </span>
        <span className="shrink-0 text-micro text-ink-faint tabular-nums">
          {props.durationMs === null ? null : formatDuration(props.durationMs)}
        </span>
        <StateMark state={props.state} />
        <span className="sr-only">{stateWords[props.state]}</span>
        <ChevronRight
          aria-hidden
          className={`size-4 shrink-0 text-ink-faint transition-transform duration-150 ${open ? "rotate-90" : ""}`}
        />
      </button>
      {open ? <Panel id={panelId} {...props} /> : null}
    </div>
  );
});
ToolCard.displayName = "ToolCard";

const StateMark = ({ state }: { state: ToolCardProps["state"] }) => {
  if (state === "running") {
    return (
      <span className="relative size-3.5 shrink-0 rounded-full border-2 border-koi/25">
        <span className="absolute -inset-0.5 animate-turn rounded-full border-2 border-transparent border-t-koi" />
      </span>
    );
  }
  if (state === "done") return <Check aria-hidden className="size-3.5 shrink-0 text-good-text" strokeWidth={2.5} />;
  if (state === "failed") return <X aria-hidden className="size-3.5 shrink-0 text-bad-text" strokeWidth={2.5} />;
  return <Square aria-hidden className="size-3 shrink-0 text-ink-faint" />;
};

const Panel = ({ id, name, args, output, state }: ToolCardProps & { id: string }) => {
  const lines = argumentLines(args);
  return (
    <div id={id} className="grid gap-3 border-t border-line bg-sunken px-3 py-3">
      {lines.length > 0 ? (
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-micro">
          {lines.map(({ name: argument, value }) => (
            <div key={argument} className="contents">
              <dt className="text-ink-faint">{argument}</dt>
              <dd className="max-h-40 overflow-y-auto font-mono whitespace-pre-wrap" data-scroll>
                {value}
              </dd>
            </div>
          ))}
        </dl>
      ) : null}
      {output || state !== "running" ? (
        <ToolOutput output={output} edge={outputEdge(name)} failed={state === "failed"} />
      ) : null}
    </div>
  );
};
