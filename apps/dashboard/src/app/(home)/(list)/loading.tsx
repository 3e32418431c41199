/** The shape of a page while its data is read. */

import { Skeleton } from "../../../components/ui/skeleton.tsx";

export default function Loading() {
  return (
    <div className="mx-auto w-full max-w-3xl px-5 pt-8 md:px-8 md:pt-14" role="status" aria-label="Loading">
      <Skeleton className="h-8 w-40" />
      <div className="mt-6 divide-y divide-line rounded-card border border-line bg-surface">
        {[0, 1, 2].map((row) => (
          <div key={row} className="flex items-center gap-4 px-4 py-3.5">
            <Skeleton className="size-10 rounded-[28%]" />
            <div className="grid grow gap-2">
              <Skeleton className="h-3.5 w-32" />
              <Skeleton className="h-3 w-56 max-w-full" />
            </div>
          </div>
        ))}
      </div>
    </div>
  );
}
