/** A question or a panel above the page, for one decision at a time; it is there as long as it is rendered. */

import * as Radix from "radix-ui/dialog";
import type { ReactNode } from "react";

interface DialogProps {
  readonly onClose: () => void;
  readonly title: string;
  readonly description: ReactNode;
  /** The buttons, the safe one first. */
  readonly children: ReactNode;
}

export const Dialog = ({ onClose, title, description, children }: DialogProps) => (
  <Radix.Root defaultOpen onOpenChange={(open) => !open && onClose()}>
    <Radix.Portal>
      <Radix.Overlay className="fixed inset-0 z-40 animate-appear bg-scrim" />
      <Radix.Content className="fixed inset-x-4 top-[22vh] z-50 mx-auto max-w-md animate-rise rounded-card border border-line bg-surface p-5 shadow-float focus:outline-none">
        <Radix.Title className="text-title font-semibold tracking-tight">{title}</Radix.Title>
        <Radix.Description asChild>
          <div className="mt-1.5 text-body text-ink-soft">{description}</div>
        </Radix.Description>
        <div className="mt-5 flex flex-wrap justify-end gap-2">{children}</div>
      </Radix.Content>
    </Radix.Portal>
  </Radix.Root>
);
