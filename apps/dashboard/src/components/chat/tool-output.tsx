"use client";

/** What a tool printed: a window on a long output, with the edge in view that matters. */

import { useLayoutEffect, useRef, useState } from "react";

import { CopyButton } from "../ui/copy-button.tsx";
import { outputWindow, type OutputEdge } from "./tool-view.ts";

const shownLines = 200;

interface ToolOutputProps {
  readonly output: string;
  readonly edge: OutputEdge;
  readonly failed: boolean;
}

export const ToolOutput = ({ output, edge, failed }: ToolOutputProps) => {
  const [all, setAll] = useState(false);
  const { text, hiddenLines } = outputWindow(output, all ? Number.POSITIVE_INFINITY : shownLines, edge);
  const scroller = useEndInView(edge === "end", text);
  if (text === "") return <p className="text-micro text-ink-faint">No output.</p>;

  const more = (
    <button
      type="button"
      onClick={() => setAll(true)}
      className="rounded-small text-micro text-ink-soft underline decoration-line-strong underline-offset-2 hover:text-ink max-md:min-h-11"
    >
      Show {hiddenLines.toLocaleString()} {edge === "end" ? "earlier" : "more"} lines
    </button>
  );
  return (
    <div className="relative">
      {hiddenLines > 0 && edge === "end" ? <div className="mb-1">{more}</div> : null}
      <pre
        ref={scroller}
        data-scroll
        // A long output is scrolled by keyboard too.
        tabIndex={0}
        className={`max-h-80 overflow-auto rounded-small pr-10 font-mono text-[0.75rem] leading-[1.125rem] whitespace-pre-wrap ${failed ? "text-bad-text" : "text-ink"}`}
      >
        {text}
      </pre>
      {hiddenLines > 0 && edge === "start" ? <div className="mt-1">{more}</div> : null}
      <div className="absolute -top-2 right-0 max-md:-top-3">
        <CopyButton text={output} label="Copy output" />
      </div>
    </div>
  );
};

/** Closer to the end than this still counts as being there. */
const slackPx = 8;

/** Opens at the end and follows it as it grows, as long as the reader does not scroll away. */
const useEndInView = (wanted: boolean, text: string) => {
  const element = useRef<HTMLPreElement>(null);
  const away = useRef(false);

  useLayoutEffect(() => {
    const scroller = element.current;
    if (scroller && wanted && !away.current) scroller.scrollTop = scroller.scrollHeight;
  }, [wanted, text]);

  useLayoutEffect(() => {
    const scroller = element.current;
    if (!scroller) return undefined;
    const onScroll = () => {
      away.current = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight > slackPx;
    };
    scroller.addEventListener("scroll", onScroll, { passive: true });
    return () => scroller.removeEventListener("scroll", onScroll);
  }, []);

  return element;
};
