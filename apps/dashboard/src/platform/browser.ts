/** The API as the browser calls it: every call has a limit and ends in a value or a problem. */

import { readAnswer } from "./answer.ts";
import { ProblemError, unreachable, type Outcome } from "./problem.ts";

const timeoutMs = 20_000;

interface CallOptions {
  readonly method?: "GET" | "POST" | "DELETE";
  readonly body?: unknown;
}

export const callApi = async <T>(path: `/api/${string}`, options: CallOptions = {}): Promise<Outcome<T>> => {
  try {
    const response = await fetch(path, {
      method: options.method ?? "GET",
      signal: AbortSignal.timeout(timeoutMs),
      ...(options.body === undefined
        ? {}
        : { body: JSON.stringify(options.body), headers: { "content-type": "application/json" } }),
    });
    return await readAnswer<T>(response);
  } catch {
    // fetch throws only when there was no answer at all.
    return { ok: false, problem: unreachable };
  }
};

/** The value, or a throw that carries the problem. */
export const valueOf = async <T>(outcome: Promise<Outcome<T>>): Promise<T> => {
  const settled = await outcome;
  if (!settled.ok) throw new ProblemError(settled.problem);
  return settled.value;
};
