import { expect, it } from "vitest";

import { createHostRule } from "./host-rule.ts";

const isOurs = createHostRule(["https://koi.example.com", "http://localhost:3000", "http://127.0.0.1:3000"]);

it.each(["koi.example.com", "KOI.example.com", "koi.example.com:443", "localhost:3000", "127.0.0.1:3000"])(
  "answers to its own name: %s",
  (host) => expect(isOurs(host)).toBe(true),
);

it.each([
  "evil.example",
  "evil.example:3000",
  "localhost",
  "localhost:3001",
  "koi.example.com:80",
  "koi.example.com.evil.example",
  "evil.example@localhost:3000",
  "localhost:3000/",
  "localhost:3000?",
  "127.1:3000 ",
  "",
  undefined,
])("does not answer to another name: %s", (host) => expect(isOurs(host)).toBe(false));
