"use client";

/** Keeps the newest message in view while the reader is there, and leaves the reader alone otherwise. */

import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";

/** Closer to the end than this still counts as being there. */
const slackPx = 48;

interface StickToBottom {
  /** The element that scrolls. */
  readonly viewport: RefObject<HTMLDivElement | null>;
  /** The element that grows. */
  readonly content: RefObject<HTMLDivElement | null>;
  readonly atBottom: boolean;
  readonly toBottom: () => void;
}

/** `oldestId` changes when messages were added above: then what is being read stays where it is. */
export const useStickToBottom = (oldestId: string | undefined): StickToBottom => {
  const viewport = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const stuck = useRef(true);
  const heightBelow = useRef(0);
  const [atBottom, setAtBottom] = useState(true);

  const toBottom = useCallback(() => {
    stuck.current = true;
    setAtBottom(true);
    viewport.current?.scrollTo({ top: viewport.current.scrollHeight });
  }, []);

  useEffect(() => {
    const [scroller, grower] = [viewport.current, content.current];
    if (!scroller || !grower) return undefined;
    let lastTop = scroller.scrollTop;
    const measure = () => {
      lastTop = scroller.scrollTop;
      heightBelow.current = scroller.scrollHeight - scroller.scrollTop;
    };
    const onScroll = () => {
      const wentUp = scroller.scrollTop < lastTop;
      measure();
      // Only the reader goes up. That the end is further away may just mean that the answer grew meanwhile.
      if (heightBelow.current - scroller.clientHeight < slackPx) stuck.current = true;
      else if (wentUp) stuck.current = false;
      setAtBottom(stuck.current);
    };
    const follow = () => {
      if (stuck.current) scroller.scrollTop = scroller.scrollHeight;
      measure();
    };
    const observer = new ResizeObserver(follow);
    observer.observe(grower);
    observer.observe(scroller);
    scroller.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      observer.disconnect();
      scroller.removeEventListener("scroll", onScroll);
    };
  }, []);

  useLayoutEffect(() => {
    const scroller = viewport.current;
    if (scroller && !stuck.current) scroller.scrollTop = scroller.scrollHeight - heightBelow.current;
  }, [oldestId]);

  return { viewport, content, atBottom, toBottom };
};
