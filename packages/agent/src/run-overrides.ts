/** What comes with a message besides its words: who it is from, and what its run does differently. */

import type { ThinkingLevel } from "@skykoi/model";

/** Who a message is from when it is not a person at a client. */
export interface MessageOrigin {
  readonly kind: "channel" | "cron" | "heartbeat" | "hook" | "session" | "subagent" | "system";
  /** The job, the channel's sender, the session: what a reader is shown. */
  readonly label?: string;
}

export interface CompactionWish {
  /** What the summary should look at; empty: nothing special. */
  readonly instructions: string;
}

/** What one run does differently from its session. */
export interface RunOverrides {
  /** A model reference or an alias. */
  readonly model?: string;
  readonly thinking?: ThinkingLevel;
  /** Added to the end of the prompt, for this run alone. */
  readonly instructions?: string;
  /** The configured limit holds as well. */
  readonly timeoutMs?: number;
  /** Only compacts the conversation. */
  readonly compact?: CompactionWish;
  /** Only says what occupies the model's window. */
  readonly report?: boolean;
  /** Tools, groups or `*`; what the configuration denies stays denied. Undefined: all it allows. */
  readonly toolsAllow?: readonly string[];
  /** Models that take the place of this one. Undefined: the configured ones. */
  readonly fallbacks?: readonly string[];
  /** Without the files of the workspace in the prompt. */
  readonly lightContext?: boolean;
  /** The run whose limit of spending this one counts against: the one that began the work of a sub-agent. */
  readonly rootRunId?: string;
}
