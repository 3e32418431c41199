/** A page that is only a message and what to do next. */

import type { ReactNode } from "react";

import { KoiMark } from "../brand/koi-mark.tsx";

interface MessagePageProps {
  readonly title: string;
  readonly sentence: string;
  readonly children: ReactNode;
}

export const MessagePage = ({ title, sentence, children }: MessagePageProps) => (
  <div className="grid min-h-full content-center justify-items-start px-6 py-16 sm:justify-items-center">
    <div className="max-w-sm">
      <KoiMark className="size-9 -ml-1 opacity-80" />
      <h1 className="mt-5 text-display font-semibold tracking-tight">{title}</h1>
      <p className="mt-1.5 text-ink-soft">{sentence}</p>
      <div className="mt-6 flex gap-2">{children}</div>
    </div>
  </div>
);
