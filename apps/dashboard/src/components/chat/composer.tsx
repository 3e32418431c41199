"use client";

/** Where a message is written: grows with it, keeps the draft, sends, stops. */

import { ArrowUp, Square } from "lucide-react";
import { useEffect, useRef, type KeyboardEvent } from "react";

import { Button } from "../ui/button.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { useDraft } from "./use-draft.ts";

interface ComposerProps {
  readonly agentId: string;
  readonly agentName: string;
  readonly busy: boolean;
  /** False until the page can take a message, connected or not: what is typed stays. */
  readonly ready: boolean;
  readonly onSend: (text: string) => void;
  readonly onStop: () => void;
}

export const Composer = ({ agentId, agentName, busy, ready, onSend, onStop }: ComposerProps) => {
  const field = useRef<HTMLTextAreaElement>(null);
  const [draft, setDraft] = useDraft(agentId, field);
  useFocusOnSlash(field);
  useFocusOnArrival(field);
  const text = draft.trim();
  const canSend = ready && text !== "";

  const send = () => {
    if (!canSend) return;
    onSend(text);
    setDraft("");
    field.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    // While a word is being composed, Enter belongs to the input method.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };

  return (
    <div className="px-4 pt-1 pb-[max(env(safe-area-inset-bottom),0.75rem)] md:px-6">
      <div className="mx-auto max-w-read">
        <div className="rounded-[14px] border max-md:flex max-md:items-end border-line-strong bg-surface shadow-raised transition-colors duration-150 focus-within:border-ink-faint">
          <textarea
            ref={field}
            data-testid="composer"
            aria-label={`Message to ${agentName}`}
            placeholder={`Message ${agentName}`}
            rows={1}
            value={draft}
            onChange={(event) => setDraft(event.target.value)}
            onKeyDown={onKeyDown}
            className="block field-sizing-content max-h-[40dvh] min-h-11 w-full min-w-0 resize-none bg-transparent px-4 pt-3 pb-1 text-read outline-none max-md:min-h-13 max-md:grow max-md:py-3.5 max-md:text-[1rem]"
          />
          <div className="flex items-center gap-2 px-2 pb-2 max-md:shrink-0 max-md:p-1 max-md:pl-0">
            <p className="hidden grow items-center gap-1.5 pl-2 text-micro text-ink-faint md:flex">
              {busy ? (
                <>
                  <Kbd>Esc</Kbd> stops, a new message waits its turn
                </>
              ) : (
                <>
                  <Kbd>Enter</Kbd> sends, <Kbd>Shift Enter</Kbd> starts a line
                </>
              )}
            </p>
            {busy ? (
              <Button size="small" data-testid="stop" onClick={onStop}>
                <Square aria-hidden className="scale-75 fill-current" />
                Stop
              </Button>
            ) : null}
            <Button look="arming" size="icon" data-testid="send" aria-label="Send" disabled={!canSend} onClick={send}>
              <ArrowUp aria-hidden />
            </Button>
          </div>
        </div>
      </div>
    </div>
  );
};

/** Not on a touch screen, where the keyboard would cover what there is to read. */
const useFocusOnArrival = (field: { readonly current: HTMLTextAreaElement | null }) => {
  useEffect(() => {
    if (window.matchMedia("(pointer: fine)").matches) field.current?.focus({ preventScroll: true });
  }, [field]);
};

const useFocusOnSlash = (field: { readonly current: HTMLTextAreaElement | null }) => {
  useEffect(() => {
    const onKeyDown = (event: globalThis.KeyboardEvent) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      event.preventDefault();
      field.current?.focus();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [field]);
};

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
