/** The shape of what is about to appear. */

export const Skeleton = ({ className = "" }: { className?: string }) => (
  <div aria-hidden className={`animate-skeleton rounded-small bg-hover ${className}`} />
);
