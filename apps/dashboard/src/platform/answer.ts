/** Reads an answer of the API into a value or a problem; the same in the browser and on the server. */

import { problemOf, type Outcome } from "./problem.ts";

/**
 * `T` is trusted, not checked: the API and these pages are built together from the same view types, and the API
 * checks what it sends.
 */
export const readAnswer = async <T>(response: Response): Promise<Outcome<T>> => {
  const body = parseJson(await response.text());
  if (!response.ok || body === undefined) return { ok: false, problem: problemOf(response.status, body) };
  // The one place where the wire's promise becomes a type; see above.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { ok: true, value: body as T };
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // A page of some proxy in between; the caller says so in a sentence.
    return undefined;
  }
};
