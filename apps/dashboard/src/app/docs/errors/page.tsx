/** What every error code means: the `type` of the API's problem documents points here. */

import { FAULTS } from "@skykoi/fault";
import type { Metadata } from "next";
import Link from "next/link";

import { KoiMark } from "../../../components/brand/koi-mark.tsx";
import { homePath } from "../../../routes.ts";

export const metadata: Metadata = { title: "Errors" };

export default function ErrorsPage() {
  return (
    <main className="mx-auto w-full max-w-3xl px-5 py-10 md:px-8 md:py-14">
      <Link href={homePath} aria-label="SkyKoi" className="inline-block">
        <KoiMark className="size-9 -ml-1" />
      </Link>
      <h1 className="mt-4 text-display font-semibold tracking-tight">Errors</h1>
      <p className="mt-1.5 text-ink-soft">
        Every answer that is not a success carries one of these codes, and often a more precise sentence.
      </p>
      <dl className="mt-8 divide-y divide-line border-y border-line">
        {Object.entries(FAULTS).map(([code, { status, retryable, message }]) => (
          <div key={code} id={code} className="scroll-mt-6 py-4 target:bg-hover">
            <dt className="flex flex-wrap items-baseline gap-x-3">
              <code className="font-mono text-small">{code}</code>
              <span className="text-micro text-ink-faint tabular-nums">
                {status}
                {retryable ? ", may succeed when tried again" : ""}
              </span>
            </dt>
            <dd className="mt-1 text-body text-ink-soft">{message}</dd>
          </div>
        ))}
      </dl>
    </main>
  );
}
