"use client";

/** Loads what a button opens when the button is first wanted, so that a page does not wait for its menus. */

import { Slot } from "radix-ui/slot";
import { Suspense, useState, type ReactElement, type ReactNode } from "react";

interface OnDemandProps {
  /** The button; the same one that `children` shows once it is loaded. */
  readonly trigger: ReactElement;
  /** Begins to load; called when the pointer or the focus comes near. */
  readonly preload: () => Promise<unknown>;
  /** The loaded menu with its own button, already open. */
  readonly children: ReactNode;
}

export const OnDemand = ({ trigger, preload, children }: OnDemandProps) => {
  const [wanted, setWanted] = useState(false);
  if (wanted) return <Suspense fallback={trigger}>{children}</Suspense>;
  // When this fails, opening asks again and the page says so.
  const approach = () => void preload().catch(() => undefined);
  return (
    <Slot aria-haspopup="menu" onPointerEnter={approach} onFocus={approach} onClick={() => setWanted(true)}>
      {trigger}
    </Slot>
  );
};
