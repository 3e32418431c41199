/**
 * Joins the many small pieces a model or a tool streams into few events. The first piece of a streak goes out at
 * once, so that a reader sees something immediately; the following ones are collected for a moment.
 */

import type { AgentEvent } from "@skykoi/agent";

export interface CoalescerOptions {
  readonly windowMs: number;
  /** A collected piece is sent before it grows beyond this. */
  readonly maxCharacters: number;
  readonly emit: (event: AgentEvent) => void;
}

export interface Coalescer {
  /** An event that cannot be joined sends what was collected first: order is kept. */
  push(event: AgentEvent): void;
  flush(): void;
}

type Piece = Extract<AgentEvent, { type: "text-delta" | "reasoning-delta" | "tool-update" }>;

export const createCoalescer = ({ windowMs, maxCharacters, emit }: CoalescerOptions): Coalescer => {
  let collected: Piece | undefined;
  let streak: string | undefined;
  let timer: NodeJS.Timeout | undefined;

  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (collected) emit(collected);
    collected = undefined;
  };

  const pushPiece = (piece: Piece): void => {
    const kind = streakOf(piece);
    if (kind !== streak) {
      flush();
      streak = kind;
      emit(piece);
      return;
    }
    collected = collected ? join(collected, piece) : piece;
    if (textOf(collected).length >= maxCharacters) flush();
    else timer ??= setTimeout(flush, windowMs);
  };

  return {
    push: (event) => {
      if (event.type === "text-delta" || event.type === "reasoning-delta" || event.type === "tool-update") {
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

const streakOf = (piece: Piece): string =>
  piece.type === "tool-update" ? `${piece.type}:${piece.toolCallId}` : piece.type;

const textOf = (piece: Piece): string => (piece.type === "tool-update" ? piece.partial : piece.text);

const join = (first: Piece, second: Piece): Piece =>
  second.type === "tool-update"
    ? { ...second, partial: textOf(first) + second.partial }
    : { ...second, text: textOf(first) + second.text };
