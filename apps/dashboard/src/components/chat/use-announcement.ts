"use client";

/** What a screen reader says of a run: that it began, and the answer once it is whole. */

import { useEffect, useRef, useState } from "react";

import type { ChatRow } from "./chat-row.ts";

const maxChars = 600;
const saidAfterMs = 2_000;

export const useAnnouncement = (rows: readonly ChatRow[], busy: boolean, agentName: string): string => {
  const [words, setWords] = useState("");
  const wasBusy = useRef(busy);

  useEffect(() => {
    if (busy === wasBusy.current) return;
    wasBusy.current = busy;
    setWords(busy ? `${agentName} is working.` : lastWords(rows));
  }, [busy, rows, agentName]);

  // Said once: what stays would be read a second time by who walks through the page.
  useEffect(() => {
    if (words === "") return undefined;
    const timer = setTimeout(() => setWords(""), saidAfterMs);
    return () => clearTimeout(timer);
  }, [words]);

  return words;
};

const lastWords = (rows: readonly ChatRow[]): string => {
  const last = rows.findLast(({ kind }) => kind === "answer" || kind === "notice");
  return last && "text" in last ? last.text.slice(0, maxChars) : "";
};
