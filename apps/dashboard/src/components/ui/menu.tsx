/** A small list of actions that opens from a button; open when it first appears, because then it was asked for. */

import * as Radix from "radix-ui/dropdown-menu";
import type { ComponentProps, ReactNode } from "react";

const item = [
  "flex h-8 cursor-pointer select-none items-center gap-2.5 rounded-small px-2 text-small text-ink outline-none",
  "data-highlighted:bg-hover data-disabled:opacity-50 max-md:h-11",
  "[&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-ink-faint",
].join(" ");

interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactNode;
  readonly align?: "start" | "end";
  readonly side?: "top" | "bottom";
  readonly children: ReactNode;
}

export const Menu = ({ trigger, align = "end", side = "bottom", children }: MenuProps) => (
  <Radix.Root modal={false} defaultOpen>
    <Radix.Trigger asChild>{trigger}</Radix.Trigger>
    <Radix.Portal>
      <Radix.Content
        align={align}
        side={side}
        sideOffset={6}
        collisionPadding={8}
        className="z-50 min-w-52 animate-rise rounded-card border border-line bg-surface p-1 shadow-float"
      >
        {children}
      </Radix.Content>
    </Radix.Portal>
  </Radix.Root>
);

export const MenuItem = (props: ComponentProps<typeof Radix.Item>) => <Radix.Item className={item} {...props} />;

export const MenuDangerItem = (props: ComponentProps<typeof Radix.Item>) => (
  <Radix.Item className={`${item} text-bad-text [&_svg]:text-bad-text`} {...props} />
);

export const MenuLabel = (props: ComponentProps<typeof Radix.Label>) => (
  <Radix.Label className="px-2 py-1.5 text-small text-ink-faint" {...props} />
);

export const MenuLine = () => <Radix.Separator className="-mx-1 my-1 h-px bg-line" />;
