/** A refusal of the API as the pages show it. */

import type { ProblemView } from "@skykoi/api/views";

export interface Problem {
  readonly code: string;
  readonly status: number;
  /** One or two sentences for the person: what happened, what to do. */
  readonly message: string;
  /** Sentences by the name of the field they belong to. */
  readonly fields: Readonly<Record<string, string>>;
}

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

/** For places where only a throw ends the work, such as a query. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.name = "ProblemError";
    this.problem = problem;
  }
}

export const problemOf = (status: number, body: unknown): Problem => {
  const code = member(body, "code");
  const detail = member(body, "detail");
  const errors = member(body, "errors");
  return {
    status,
    code: typeof code === "string" ? code : "INTERNAL",
    message: typeof detail === "string" ? detail : unreadable,
    fields: Array.isArray(errors) ? Object.fromEntries(errors.flatMap(fieldEntry)) : {},
  };
};

/** Nothing came back: no network, or SkyKoi is restarting. */
export const unreachable: Problem = {
  code: "UNAVAILABLE",
  status: 0,
  message: "SkyKoi could not be reached. Nothing was lost. Check your connection and try again.",
  fields: {},
};

const unreadable = "SkyKoi answered in a way this page does not understand. Reload the page and try again.";

/** "/name" and "name" both mean the field `name`. */
const fieldEntry = (item: unknown): [string, string][] => {
  const path = member(item, "path");
  const message = member(item, "message");
  return typeof path === "string" && typeof message === "string" ? [[path.replace(/^\//, ""), message]] : [];
};

const member = (value: unknown, key: keyof ProblemView | "path" | "message"): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
