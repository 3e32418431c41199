"use client";

/** Says that the answers come from no language model, and leads to how to change that. */

import { lazy, Suspense, useState } from "react";

const ConnectDialog = lazy(async () => ({ default: (await import("./connect-dialog.tsx")).ConnectDialog }));

export const DemoNotice = () => {
  const [open, setOpen] = useState(false);
  return (
    <div className="border-b border-warn/25 bg-warn-wash px-4 py-1 text-small text-warn-text md:px-5" role="note">
      <div className="flex items-center gap-3">
        <p className="grow">
          <strong className="font-medium">Offline demo:</strong> not a language model.
          <span className="max-md:hidden"> A small built-in program answers, with real tools.</span>
        </p>
        <button
          type="button"
          onClick={() => setOpen(true)}
          className="shrink-0 rounded-small py-1 font-medium underline decoration-current/40 underline-offset-4 hover:decoration-current max-md:min-h-11"
        >
          Connect a model
        </button>
      </div>
      {open ? (
        <Suspense>
          <ConnectDialog onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </div>
  );
};
