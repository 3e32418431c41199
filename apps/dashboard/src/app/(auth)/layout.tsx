/** The quiet page before anybody is known: one column, one action. */

import type { ReactNode } from "react";

import { KoiMark } from "../../components/brand/koi-mark.tsx";

export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <main className="grid min-h-dvh justify-items-center px-5 pt-[max(12vh,3rem)] pb-16">
      <div className="w-full max-w-form">
        <KoiMark className="size-9 -ml-1" />
        {children}
      </div>
    </main>
  );
}
