/** The form of a command of `koi`, and the error for words it does not understand. */

export interface CommandContext {
  /** The words after the command's own name. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A line for the person, on standard output. */
  readonly print: (line: string) => void;
  /** A line about what is wrong, on standard error. */
  readonly complain: (line: string) => void;
}

/** Resolves to the exit code. */
export type Command = (context: CommandContext) => Promise<number>;

export interface CommandEntry {
  readonly words: readonly string[];
  readonly usage: string;
  readonly summary: string;
  /** Loads the module of the command when it is called, and only then. */
  readonly load: () => Promise<Command>;
}

/** Printed as one line with a hint; exit code 2. */
export class UsageError extends Error {}
