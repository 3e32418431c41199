/** What the conversation is made of on the page, from top to bottom. */

import type { ToolCardProps } from "./tool-card.tsx";

export type ChatRow =
  | { readonly kind: "day"; readonly key: string; readonly atMs: number }
  | {
      readonly kind: "user";
      readonly key: string;
      readonly text: string;
      readonly atMs: number;
      readonly delivery: "sent" | "sending" | "queued" | "failed";
      /** Why it failed. */
      readonly reason?: string;
    }
  | {
      readonly kind: "answer";
      readonly key: string;
      readonly text: string;
      /** Still growing. */
      readonly streaming: boolean;
      /** The first of the agent's rows in a row: it carries the face. */
      readonly leads: boolean;
    }
  | { readonly kind: "thought"; readonly key: string; readonly text: string; readonly leads: boolean }
  | ({ readonly kind: "tool"; readonly key: string; readonly leads: boolean } & ToolCardProps)
  | {
      readonly kind: "notice";
      readonly key: string;
      readonly tone: "quiet" | "warn" | "bad";
      readonly text: string;
      /** The message to send again: the run went wrong and is the last one. */
      readonly again?: string;
    }
  /** A run is under way and has said nothing yet. */
  | { readonly kind: "working"; readonly key: string; readonly leads: boolean; readonly words: string };
