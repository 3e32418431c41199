/** A key on the keyboard, as a hint. */

import type { ReactNode } from "react";

export const Kbd = ({ children }: { children: ReactNode }) => (
  <kbd className="inline-flex h-5 min-w-5 items-center justify-center rounded-[5px] border border-line bg-canvas px-1 font-sans text-micro text-ink-faint">
    {children}
  </kbd>
);
