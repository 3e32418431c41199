/** A key no other message has; also where the page is served without TLS, and `randomUUID` is missing. */

export const newIdempotencyKey = (): string =>
  crypto.getRandomValues(new Uint8Array(16)).reduce((text, byte) => text + byte.toString(16).padStart(2, "0"), "");
