/** The method about what the gateway wrote to its log. */

import { Type } from "typebox";

import { closed, count, oneOf } from "../closed.ts";
import { method } from "../method.ts";

export const logMethods = {
  "logs.tail": method({
    scope: "operator.read",
    summary: "The last lines of the log, or those after a cursor; secrets were redacted before they were written.",
    params: closed({
      /** Of an earlier answer: only what was written since. */
      cursor: Type.Optional(count()),
      /** Lines; default 200. */
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 5000 })),
      /** Characters; default 250,000. */
      maxBytes: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
      /** The least important lines that are wanted. */
      level: Type.Optional(oneOf(["debug", "info", "warn", "error"])),
    }),
    result: closed({
      /** On the gateway's machine. */
      file: Type.String(),
      /** For the next call. */
      cursor: count(),
      /** Of the file, in bytes. */
      size: count(),
      /** JSON objects: time, level, part, message, fields. Oldest first. */
      lines: Type.Array(Type.String()),
      /** There were more lines than these. */
      truncated: Type.Boolean(),
      /** The cursor was of no use: the lines are the newest ones. */
      reset: Type.Boolean(),
    }),
    example: {
      params: { limit: 1 },
      result: {
        file: "/home/ubuntu/.skykoi/logs/gateway.log",
        cursor: 1_767_225_600_000_001,
        size: 101,
        lines: [
          '{"time":"2026-01-01T00:00:00.000Z","level":"info","part":"gateway","message":"listening","port":18789}',
        ],
        truncated: false,
        reset: false,
      },
    },
  }),
} as const;
