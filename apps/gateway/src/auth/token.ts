/** Compares a presented token with the gateway's in constant time, whatever the lengths are. */

import { createHash, timingSafeEqual } from "node:crypto";

const digest = (text: string): Buffer => createHash("sha256").update(text, "utf8").digest();

/** An empty expected token matches nothing, so that a missing configuration never opens the door. */
export const isSameToken = (presented: string, expected: string): boolean =>
  timingSafeEqual(digest(presented), digest(expected)) && expected !== "";
