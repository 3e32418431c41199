"use client";

/** Markdown that a page does not wait for: until its code is there, the text is readable as it was written. */

import { lazy, Suspense } from "react";

export const loadMarkdown = async () => ({ default: (await import("./markdown.tsx")).Markdown });
const Markdown = lazy(loadMarkdown);

export const LazyMarkdown = ({ text }: { text: string }) => (
  <Suspense fallback={<div className="prose whitespace-pre-wrap">{text}</div>}>
    <Markdown text={text} />
  </Suspense>
);
