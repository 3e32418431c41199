/** Turns frames that a client could send into frames that no client should. */

import type { Random } from "./random.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** One mutated text; sometimes it is still a valid frame, as a real client's mistake would be. */
export const mutateFrame = (random: Random, frame: Json): string => {
  const changes = 1 + random.below(3);
  let changed = frame;
  for (let change = 0; change < changes; change++) changed = mutateValue(random, changed);
  const text = JSON.stringify(changed) ?? "";
  return random.chance(0.25) ? mutateText(random, text) : text;
};

/** Changes one place somewhere in the value. */
const mutateValue = (random: Random, value: Json): Json => {
  if (Array.isArray(value)) {
    if (value.length === 0 || random.chance(0.3)) return replacement(random);
    const at = random.below(value.length);
    return value.map((item, index) => (index === at ? mutateValue(random, item) : item));
  }
  if (typeof value !== "object" || value === null) return replacement(random);
  const keys = Object.keys(value);
  const [key] = keys.length === 0 ? [] : [keys[random.below(keys.length)]];
  if (key === undefined || random.chance(0.05)) return replacement(random);
  const rest = Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
  switch (random.below(5)) {
    case 0:
      return rest;
    case 1:
      return { ...rest, [mutateText(random, key)]: value[key] ?? null };
    case 2:
      return { ...value, [random.pick(HOSTILE_KEYS)]: replacement(random) };
    default:
      return { ...value, [key]: mutateValue(random, value[key] ?? null) };
  }
};

const HOSTILE_KEYS: readonly [string, ...string[]] = [
  "constructor",
  "toString",
  "hasOwnProperty",
  "extra",
  "",
  "\u0000",
  "type",
  "id",
];

const replacement = (random: Random): Json => {
  switch (random.below(12)) {
    case 0:
      return null;
    case 1:
      return random.chance(0.5);
    case 2:
      return random.pick([0, -1, 1.5, 1e308, -0, 2 ** 53, 1e-320]);
    case 3:
      return "";
    case 4:
      return "x".repeat(random.below(3000));
    case 5:
      return random.pick(["\u202Eevil", "\uD800", "\u0000", "main", "agent:main:", "../../etc/passwd", "__proto__"]);
    case 6:
      return [];
    case 7:
      return {};
    case 8:
      return nested(1 + random.below(200));
    case 9:
      return Array.from({ length: random.below(200) }, () => 0);
    case 10:
      return String(random.next());
    default:
      return random.below(1000) - 500;
  }
};

const nested = (depth: number): Json => {
  let value: Json = 0;
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
};

/** Text that JSON.stringify never gives: cut, doubled, disturbed, with a prototype. */
const mutateText = (random: Random, text: string): string => {
  const at = random.below(text.length + 1);
  switch (random.below(6)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + text.slice(at + 1 + random.below(8));
    case 2:
      return text.slice(0, at) + String.fromCharCode(random.below(0xffff)) + text.slice(at);
    case 3:
      return text + text;
    case 4:
      return text.replace("{", '{"__proto__":{"ok":true},');
    default:
      return text.replaceAll(/\d+/g, "9".repeat(1 + random.below(400)));
  }
};
