/** Which browser pages may open a socket to this gateway: allowed ones, and pages of this very machine. */

export interface OriginRequest {
  /** The Origin header; programs that are not browsers send none. */
  readonly origin: string | undefined;
  readonly host: string | undefined;
  /** Whether a proxy passed the request on: then nothing about it is local. */
  readonly forwarded: boolean;
}

const LOOPBACK_NAMES = new Set(["localhost", "127.0.0.1", "[::1]"]);

export const originAllowed = (request: OriginRequest, allowedOrigins: readonly string[]): boolean => {
  const { origin, host, forwarded } = request;
  if (origin === undefined) return true;
  if (allowedOrigins.includes(origin)) return true;
  if (forwarded || !URL.canParse(origin)) return false;
  const page = new URL(origin);
  // The page's own host must be this loopback address, or a rebound name could reach the gateway.
  return page.host === host && LOOPBACK_NAMES.has(page.hostname);
};
