/** The address a request really comes from, seen through the proxies that are trusted to say so. */

export interface AddressedRequest {
  /** The other end of the TCP connection. */
  readonly remoteAddress: string | undefined;
  /** X-Forwarded-For as received: client first, then each proxy. */
  readonly forwardedFor: string | undefined;
}

export const peerAddress = (request: AddressedRequest, trustedProxies: readonly string[]): string => {
  const trusted = new Set(trustedProxies.map(plainIp));
  const hops = (request.forwardedFor ?? "").split(",").map((hop) => plainIp(hop.trim()));
  let peer = plainIp(request.remoteAddress ?? "unknown");
  while (trusted.has(peer)) {
    const before = hops.pop();
    if (before === undefined || before === "") break;
    peer = before;
  }
  return peer;
};

/** An IPv4 address that arrived on an IPv6 socket is the same address. */
const plainIp = (address: string): string => address.replace(/^::ffff:/i, "");
