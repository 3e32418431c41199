"use client";

/** The time, as often as a page needs to see it move. */

import { useEffect, useState } from "react";

/**
 * Undefined until the page runs in the browser, because the server's clock and zone are not the reader's.
 * `intervalMs` null: the time of the last change only.
 */
export const useNow = (intervalMs: number | null): number | undefined => {
  const [now, setNow] = useState<number>();

  useEffect(() => {
    setNow(Date.now());
    if (intervalMs === null) return undefined;
    const timer = setInterval(() => setNow(Date.now()), intervalMs);
    return () => clearInterval(timer);
  }, [intervalMs]);

  return now;
};
