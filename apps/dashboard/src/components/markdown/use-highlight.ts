"use client";

/** The coloured form of a piece of code, once it stands still and the colours are loaded. */

import { useEffect, useState } from "react";

import type { HighlightedTree } from "./highlighter.ts";

/** While code streams in, it is not coloured again for every letter. */
const stillMs = 120;

export const useHighlight = (code: string, language: string | undefined): HighlightedTree | undefined => {
  const [result, setResult] = useState<{ code: string; tree: HighlightedTree | undefined }>();

  useEffect(() => {
    if (language === undefined) return undefined;
    let wanted = true;
    const colour = async () => {
      const { highlight } = await import("./highlighter.ts");
      if (wanted) setResult({ code, tree: highlight(code, language) });
    };
    const timer = setTimeout(() => {
      // Without the colours the code is still all there.
      colour().catch(() => setResult(undefined));
    }, stillMs);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [code, language]);

  return result?.code === code ? result.tree : undefined;
};
