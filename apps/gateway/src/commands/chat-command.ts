/** What a command in chat is: a name, a line of help, and what it does without asking a model. */

import type { RunOverrides } from "@skykoi/agent";

import type { SessionAddress } from "../sessions/session-key.ts";

export interface CommandCall {
  readonly address: SessionAddress;
  /** What was written after the name; empty: nothing. */
  readonly argument: string;
  /** Stops what runs and waits in the session. Answers how many runs that were. */
  readonly stop: () => Promise<number>;
}

export type CommandOutcome =
  | { readonly kind: "answer"; readonly text: string }
  /** Goes on to the agent as the person's message, under the same run id. */
  | { readonly kind: "message"; readonly text: string; readonly overrides?: RunOverrides };

export interface ChatCommand {
  /** Without the slash. */
  readonly name: string;
  /** "[model] [text]"; empty: it takes nothing. */
  readonly argument: string;
  /** One sentence for `/help` and `commands.list`. */
  readonly summary: string;
  /**
   * Acts at once, also while a run is under way. Repeated when the gateway stops before the answer is on the disk, so
   * what it does must bear that. What a person wrote wrongly is an answer that says so.
   */
  run(call: CommandCall): CommandOutcome | Promise<CommandOutcome>;
}

export const answer = (text: string): CommandOutcome => ({ kind: "answer", text });
