import { isFault } from "@skykoi/fault";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { isSessionKeyOf, resolveSessionKey } from "./session-key.ts";

const agents = { defaultId: "main", ids: ["main", "second"] };

describe("session keys", () => {
  it.each([
    ["main", "agent:main:main", "main", "main", "webchat"],
    ["agent:second:main", "agent:second:main", "second", "main", "webchat"],
    ["notes", "agent:main:notes", "main", "main", "webchat"],
    ["agent:main:telegram:group:42", "agent:main:telegram:group:42", "main", "group", "telegram"],
    ["agent:main:slack:channel:C1:thread:9", "agent:main:slack:channel:C1:thread:9", "main", "channel", "slack"],
    ["agent:main:subagent:7", "agent:main:subagent:7", "main", "subagent", "subagent"],
    ["cron:daily", "cron:daily", "main", "cron", "cron"],
    ["hook:42", "hook:42", "main", "hook", "hook"],
  ])("%s is %s of agent %s, a %s session from %s", (written, key, agentId, kind, channel) => {
    expect(resolveSessionKey(written, agents)).toEqual({ key, agentId, kind, channel });
  });

  it("the full key of a key is the key itself", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 40 }), (written) => {
        const once = resolveOrCode(written);
        if (typeof once === "string") return;
        expect(resolveSessionKey(once.key, agents)).toEqual(once);
      }),
    );
  });

  it.each([
    ["agent:nobody:main", "NOT_FOUND"],
    ["agent:main", "INVALID_REQUEST"],
    ["agent:main:", "INVALID_REQUEST"],
    ["cron:", "INVALID_REQUEST"],
    ["two words", "INVALID_REQUEST"],
    ["line\nbreak", "INVALID_REQUEST"],
    ["bell\u0007", "INVALID_REQUEST"],
    ["turned\u202earound", "INVALID_REQUEST"],
    ["nothing\u200bto see", "INVALID_REQUEST"],
    ["half\ud83d", "INVALID_REQUEST"],
  ])("%j is refused with %s", (written, code) => {
    expect(resolveOrCode(written)).toBe(code);
  });
});

it.each([
  ["agent:second:notes", true],
  ["cron:daily", false],
  ["agent:main:notes", false],
  ["agent:nobody:notes", false],
  ["notes", false],
  ["two words", false],
])("a stored %j is a key of the second agent: %s", (key, expected) => {
  expect(isSessionKeyOf(key, "second", agents)).toBe(expected);
});

const resolveOrCode = (written: string) => {
  try {
    return resolveSessionKey(written, agents);
  } catch (thrown) {
    if (!isFault(thrown)) throw thrown;
    return thrown.code;
  }
};
