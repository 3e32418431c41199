/** What a look at one part of a home or machine found. */

export interface Check {
  readonly name: string;
  /** `bad`: the gateway cannot work like this. `warn`: something of it cannot. */
  readonly status: "ok" | "warn" | "bad";
  readonly message: string;
  /** What helps; of a repair that `--fix` makes, also when it was not asked for. */
  readonly fix?: string;
}

export const ok = (name: string, message: string): Check => ({ name, status: "ok", message });

export const warn = (name: string, message: string, fix?: string): Check => ({
  name,
  status: "warn",
  message,
  ...(fix !== undefined && { fix }),
});

export const bad = (name: string, message: string, fix?: string): Check => ({
  ...warn(name, message, fix),
  status: "bad",
});
