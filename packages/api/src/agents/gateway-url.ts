/** Where the platform is willing to send a gateway token. */

const LOOPBACK = new Set(["127.0.0.1", "[::1]", "localhost"]);

/**
 * What is wrong with an address an instance reports, or undefined. In clear text only within this machine; over the
 * network only with a certificate to pin, because nothing else says who answers there.
 */
export const gatewayUrlProblem = (url: string, certificateFingerprint: string | undefined): string | undefined => {
  if (!URL.canParse(url)) return "The gateway's address is not a URL.";
  const { protocol, hostname, username, password, search, hash } = new URL(url);
  if (username || password || search || hash) return "The gateway's address holds more than host, port and path.";
  switch (protocol) {
    case "ws:":
      return LOOPBACK.has(hostname) ? undefined : "An unencrypted gateway is only accepted on this machine itself.";
    case "wss:":
      return certificateFingerprint ? undefined : "A gateway with TLS must report its certificate's fingerprint.";
    default:
      return "The gateway's address begins with ws:// or wss://.";
  }
};
