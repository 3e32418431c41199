/**
 * Joins the many small pieces a model streams into few events. The first piece of a streak goes out at once, so that a
 * reader sees something immediately; the following ones are collected for a moment.
 */

import type { AgentEvent } from "@skykoi/agent";

export interface CoalescerOptions {
  readonly windowMs: number;
  /** A collected piece is sent when it has grown to this. */
  readonly maxCharacters: number;
  readonly emit: (event: AgentEvent) => void;
}

export interface Coalescer {
  /** An event that is no piece of text sends what was collected first: order is kept. */
  push(event: AgentEvent): void;
  flush(): void;
}

type Piece = Extract<AgentEvent, { type: "text-delta" | "reasoning-delta" }>;

export const createCoalescer = ({ windowMs, maxCharacters, emit }: CoalescerOptions): Coalescer => {
  let collected: Piece | undefined;
  let streak: Piece["type"] | undefined;
  let timer: NodeJS.Timeout | undefined;

  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (collected) emit(collected);
    collected = undefined;
  };

  const pushPiece = (piece: Piece): void => {
    if (piece.type !== streak) {
      flush();
      streak = piece.type;
      emit(piece);
      return;
    }
    const text = (collected?.text ?? "") + piece.text;
    collected = { type: piece.type, text };
    if (text.length >= maxCharacters) flush();
    else timer ??= setTimeout(flush, windowMs);
  };

  return {
    push: (event) => {
      if (event.type === "text-delta" || event.type === "reasoning-delta") {
        pushPiece(event);
        return;
      }
      flush();
      streak = undefined;
      emit(event);
    },
    flush,
  };
};
