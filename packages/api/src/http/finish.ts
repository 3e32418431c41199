/** The headers every answer carries. */

const SECURITY_HEADERS = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
} as const;

/** Answers are about one person or one moment: nothing is kept by caches. */
export const finish = (response: Response, requestId: string): Response => {
  // A copy, because headers of some responses cannot be changed in place.
  const finished = new Response(response.body, response);
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) finished.headers.set(name, value);
  finished.headers.set("x-request-id", requestId);
  if (!finished.headers.has("cache-control")) finished.headers.set("cache-control", "no-store");
  return finished;
};

const REQUEST_ID = /^[\w-]{8,64}$/;

/** The id of the server in front, when it sent a sane one, so that both logs can be read together. */
export const requestIdOf = (headers: Headers, create: () => string): string => {
  const given = headers.get("x-request-id");
  return given && REQUEST_ID.test(given) ? given : create();
};
