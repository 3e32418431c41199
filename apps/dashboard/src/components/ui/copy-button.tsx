"use client";

/** Copies a text and says that it did. */

import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";

import { Button } from "./button.tsx";

const confirmMs = 1500;

export const CopyButton = ({ text, label }: { text: string; label: string }) => {
  const [copied, setCopied] = useState(false);

  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), confirmMs);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = () => {
    // A browser without permission refuses: the button then simply stays as it was.
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };

  return (
    <Button look="ghost" size="icon" onClick={copy} aria-label={copied ? "Copied" : label} title={label}>
      {copied ? <Check aria-hidden className="text-good-text" /> : <Copy aria-hidden />}
    </Button>
  );
};
