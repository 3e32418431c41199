/** Every migration in the order in which they run. One that was released is never edited; a new one is added. */

import { signIn } from "./0001-sign-in.ts";
import { domain } from "./0002-domain.ts";

/** Name to statements, one SQL statement each. */
export const MIGRATIONS: Readonly<Record<string, readonly string[]>> = {
  "0001-sign-in": signIn,
  "0002-domain": domain,
};
