/** docs/errors.md, from the catalogue of faults. */

import { FAULTS } from "@skykoi/fault";

import { code, generatedFrom, table } from "./markdown.ts";

export const errorsPage = (): string =>
  [
    generatedFrom("packages/fault"),
    "# Errors",
    "Every failure has one of these codes. HTTP answers carry it in `code` of the problem document, gateway frames in `error.code`, log lines in `code`. The message that comes with it may be more precise than the sentence here.",
    table(
      ["code", "HTTP status", "retry", "what it says"],
      Object.entries(FAULTS).map(([name, { status, retryable, message }]) => [
        code(name),
        String(status),
        retryable ? "may succeed later" : "no",
        message,
      ]),
    ),
    "",
  ].join("\n\n");
