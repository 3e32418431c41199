/** What is wrong with a configuration, where, and in words for the person who wrote it. */

import { fault, type Fault } from "@skykoi/fault";

export interface ConfigProblem {
  /** `gateway.port`; "" for the text as a whole. */
  readonly path: string;
  /** Line of the JSON5 text, from 1. Absent when the value does not come from the text. */
  readonly line?: number;
  /** What is wrong and what was expected, without the path. */
  readonly message: string;
}

/** `line 4: gateway.prot is not a known field; did you mean "port"?` */
export const formatProblem = ({ path, line, message }: ConfigProblem): string =>
  `${line === undefined ? "" : `line ${line}: `}${path ? `${path} ` : ""}${message}`;

/** All problems in one line: the first, and how many more. */
export const summarizeProblems = (problems: readonly ConfigProblem[]): string => {
  const [first, ...more] = problems;
  if (!first) return "it is not valid";
  return more.length === 0 ? formatProblem(first) : `${formatProblem(first)} (and ${more.length} more)`;
};

export const configFault = (subject: string, problems: readonly ConfigProblem[]): Fault =>
  fault("CONFIG_INVALID", {
    message: `${subject} is not valid: ${summarizeProblems(problems)}`,
    details: problems,
  });
