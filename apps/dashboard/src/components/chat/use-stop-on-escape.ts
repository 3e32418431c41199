"use client";

/** Esc stops the run, unless Esc closes something else first. */

import { useEffect } from "react";

const closable = "[role=dialog], [role=menu]";

export const useStopOnEscape = (stop: (() => void) | undefined): void => {
  useEffect(() => {
    if (!stop) return undefined;
    // Before a dialog or a menu closes by the same key, as long as it can still be seen that there is one.
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !event.isComposing && !document.querySelector(closable)) stop();
    };
    window.addEventListener("keydown", onKeyDown, { capture: true });
    return () => window.removeEventListener("keydown", onKeyDown, { capture: true });
  }, [stop]);
};
