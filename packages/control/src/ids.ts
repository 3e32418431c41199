/** Ids that say what they name and sort by the time they were made: `agt_01k3…`. */

import { randomBytes } from "node:crypto";

export type IdPrefix = "org" | "agt" | "ins";

/** Crockford's base 32 in lower case: its digits sort as the numbers do, and none is mistaken for another. */
const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
const TIME_DIGITS = 10; // 50 bits: milliseconds until the year 37648
const RANDOM_DIGITS = 16; // 80 bits

export const createId = (prefix: IdPrefix, now: Date): string =>
  `${prefix}_${encodeTime(now.getTime())}${encodeRandom()}`;

const encodeTime = (timeMs: number): string => {
  let rest = timeMs;
  let digits = "";
  for (let index = 0; index < TIME_DIGITS; index += 1) {
    digits = DIGITS.charAt(rest % 32) + digits;
    rest = Math.floor(rest / 32);
  }
  return digits;
};

const encodeRandom = (): string => Array.from(randomBytes(RANDOM_DIGITS), (byte) => DIGITS.charAt(byte % 32)).join("");
