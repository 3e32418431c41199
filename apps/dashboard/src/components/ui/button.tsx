/** The one button: what presses, links that look pressable included. */

import { cva, type VariantProps } from "class-variance-authority";
import { Slot } from "radix-ui/slot";
import type { ComponentProps } from "react";

const button = cva(
  [
    "inline-flex shrink-0 select-none items-center justify-center gap-2 whitespace-nowrap rounded-base font-medium",
    "transition-colors duration-150 disabled:opacity-50 aria-disabled:opacity-50",
    "[&_svg]:size-4 [&_svg]:shrink-0",
  ],
  {
    variants: {
      look: {
        primary: "bg-koi-strong text-koi-ink hover:not-disabled:bg-koi-strong-hover",
        /** Primary once there is something to do; until then it stays out of the way. */
        arming:
          "bg-koi-strong text-koi-ink hover:not-disabled:bg-koi-strong-hover disabled:bg-hover disabled:text-ink-faint disabled:opacity-100",
        quiet: "border border-line bg-surface text-ink shadow-raised hover:not-disabled:bg-hover",
        ghost: "text-ink-soft hover:not-disabled:bg-hover hover:not-disabled:text-ink",
        danger: "border border-line bg-surface text-bad-text shadow-raised hover:not-disabled:bg-bad-wash",
      },
      size: {
        small: "h-8 px-2.5 text-small max-md:h-11",
        base: "h-9 px-3.5 text-body max-md:h-11",
        large: "h-10 px-4 text-body max-md:h-11",
        icon: "size-8 max-md:size-11",
      },
    },
    defaultVariants: { look: "quiet", size: "base" },
  },
);

type ButtonProps = ComponentProps<"button"> & VariantProps<typeof button> & { asChild?: boolean };

export const Button = ({ className, look, size, asChild = false, type = "button", ...props }: ButtonProps) => {
  const classes = button({ look, size, className });
  return asChild ? <Slot className={classes} {...props} /> : <button type={type} className={classes} {...props} />;
};
