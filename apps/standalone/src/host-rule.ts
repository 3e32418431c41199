/**
 * Which names this server answers to. A page of another site can make its own name lead to this machine (DNS
 * rebinding); its requests then look like ours to a browser, but still carry that name.
 */

const HOST = /^(?:\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::\d{1,5})?$/i;

/** The rule for a request's `Host` header. */
export const createHostRule = (publicUrls: readonly string[]): ((host: string | undefined) => boolean) => {
  const own = publicUrls.map((url) => new URL(url));
  return (host) =>
    host !== undefined &&
    HOST.test(host) &&
    // Parsed with each address's own scheme: its port may be left out.
    own.some(({ protocol, host: ours }) => URL.parse(`${protocol}//${host}`)?.host === ours);
};
