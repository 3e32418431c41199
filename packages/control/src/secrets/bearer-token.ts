/** Random tokens that whoever carries them may use; the database only ever sees their SHA-256. */

import { createHash, randomBytes } from "node:crypto";

export type TokenPrefix = "enr" | "gwt" | "tkt";

/** 256 random bits, so that a plain hash is enough: there is nothing to guess. */
export const mintToken = (prefix: TokenPrefix): string => `${prefix}_${randomBytes(32).toString("base64url")}`;

/** What is stored and looked up. Wrong and right tokens cost the same: one hash, one index probe. */
export const hashToken = (token: string): string => createHash("sha256").update(token).digest("hex");
