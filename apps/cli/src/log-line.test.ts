import { expect, it } from "vitest";

import { logLine } from "./log-line.ts";

it("is time, level, part, message and fields in one line", () => {
  const raw =
    '{"time":"2026-01-01T12:00:00.000Z","level":"warn","part":"gateway/rpc","message":"Refused.","n":1,"why":"a b"}';
  expect(logLine(raw)).toMatch(/^202\d-\d\d-\d\d \d\d:\d\d:\d\d warn {2}gateway\/rpc: Refused\. n=1 why="a b"$/);
});

it("cannot move the cursor or take more than a line, whatever was logged", () => {
  const raw = JSON.stringify({
    time: "t",
    level: "info",
    part: "p",
    message: "a\u001b[2Jb\nc",
    field: "\u001b]0;x\u0007",
  });
  expect(logLine(raw)).not.toMatch(/\p{Cc}/u);
  expect(logLine("torn \u001b[2J")).not.toMatch(/\p{Cc}/u);
});
