/** Refuses requests that another site makes a signed-in browser send. */

import { fault } from "@skykoi/fault";

const READING = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Browsers name the page a mutating request comes from (`Origin`) and its relation to us (`Sec-Fetch-Site`); programs
 * name neither and hold no ambient cookies, so they pass. Throws FORBIDDEN.
 */
export const createOriginCheck = (publicUrls: readonly string[]): ((request: Request) => void) => {
  const own = new Set(publicUrls.map((url) => new URL(url).origin));
  return (request) => {
    if (READING.has(request.method)) return;
    const origin = request.headers.get("origin");
    const site = request.headers.get("sec-fetch-site");
    const foreign = origin === null ? site === "cross-site" || site === "same-site" : !own.has(origin);
    if (foreign) {
      throw fault("FORBIDDEN", {
        message: "This request came from another site.",
        detail: `origin ${origin ?? "(none)"}, sec-fetch-site ${site ?? "(none)"}`,
      });
    }
  };
};
