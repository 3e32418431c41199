"use client";

/** How long ago something was, kept true while the page is open. */

import { formatAgo } from "../../format/moment.ts";
import { useNow } from "../shell/use-now.ts";

const refreshMs = 30_000;

export const Ago = ({ at, className = "" }: { at: string; className?: string }) => {
  const now = useNow(refreshMs);
  return (
    <time dateTime={at} className={`tabular-nums ${className}`} title={now ? new Date(at).toLocaleString() : undefined}>
      {now ? formatAgo(Date.parse(at), now) : ""}
    </time>
  );
};
