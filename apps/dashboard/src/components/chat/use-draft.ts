"use client";

/** What was typed and not sent, kept for this agent until the tab is closed. */

import { useEffect, useState, type RefObject } from "react";

/** `field` may hold what was typed before this page's scripts ran. */
export const useDraft = (
  agentId: string,
  field: RefObject<HTMLTextAreaElement | null>,
): readonly [string, (draft: string) => void] => {
  const key = `skykoi.draft.${agentId}`;
  const [draft, setDraft] = useState("");

  // After hydration: the server does not know it.
  useEffect(() => setDraft((typed) => typed || field.current?.value || stored(key)), [key, field]);

  const change = (next: string) => {
    setDraft(next);
    try {
      if (next) sessionStorage.setItem(key, next);
      else sessionStorage.removeItem(key);
    } catch {
      // Storage is full or forbidden: the draft lives in the page only.
    }
  };
  return [draft, change];
};

const stored = (key: string): string => {
  try {
    return sessionStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
};
