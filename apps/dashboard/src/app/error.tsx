"use client";

/** When a page could not be made: what is safe, and another attempt. */

import { LoadFailure } from "../components/shell/load-failure.tsx";

export default function PageFailure({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <main className="grid min-h-dvh">
      <LoadFailure error={error} retry={retry} />
    </main>
  );
}
