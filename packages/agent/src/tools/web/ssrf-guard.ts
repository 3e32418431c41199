/** Keeps the agent's web tools out of private networks: checks a URL before it is used and the address it really leads to. */

import { isIP, type LookupFunction } from "node:net";
import { lookup as systemLookup, type LookupAddress } from "node:dns";

import { isPublicAddress } from "./public-address.ts";

type UrlCheck =
  | { readonly ok: true; readonly url: URL }
  /** A sentence for the model and the person. */
  | { readonly ok: false; readonly reason: string };

export interface SsrfGuard {
  /** Form, scheme, credentials, port and a literal address. A name is only known to be safe after `lookup`. */
  check(url: string | URL): UrlCheck;
  /** As `check`, and asks the name service as well. For a connection that somebody else opens. */
  checkResolved(url: string | URL): Promise<UrlCheck>;
  /**
   * For `net.connect`: resolves a name and refuses it when any of its addresses is not public. The connection is made
   * to the very addresses checked here, so that a name cannot change its mind in between.
   */
  readonly lookup: LookupFunction;
}

export interface SsrfGuardOptions {
  /** Hosts that are meant although they are private: `host`, `host:port` or `*.domain`; IPv6 in brackets. */
  readonly allowPrivateHosts?: readonly string[];
  /** Default: the resolver of the system. */
  readonly resolve?: (hostname: string) => Promise<readonly LookupAddress[]>;
}

/** Thrown by `lookup`; its message is the reason for the model. */
export class AddressRefused extends Error {
  override readonly name = "AddressRefused";
}

const WEB_SCHEMES = new Set(["http:", "https:"]);
const WEB_PORTS = new Set(["", "80", "443"]);
const FIRST_UNPRIVILEGED_PORT = 1_024;
/** Unprivileged ports of other protocols that browsers refuse as well (Fetch standard, "bad port"), and data stores. */
const OTHER_PROTOCOLS = new Set([
  1_719, 1_720, 1_723, 2_049, 3_659, 4_045, 4_190, 5_060, 5_061, 6_000, 6_379, 6_566, 6_665, 6_666, 6_667, 6_668, 6_669,
  6_679, 6_697, 10_080, 11_211,
]);
/** Names that never belong to the public internet (RFC 6761, 6762, 8375, 9476; ICANN's "internal"). */
const PRIVATE_NAMES = /(^|\.)(localhost|local|localdomain|internal|intranet|lan|home\.arpa|alt|onion|test|invalid)$/;

export const createSsrfGuard = ({
  allowPrivateHosts = [],
  resolve = systemResolve,
}: SsrfGuardOptions = {}): SsrfGuard => {
  const allowed = allowPrivateHosts.map((entry) => entry.toLowerCase());
  const isAllowed = (hostname: string, port: string): boolean =>
    allowed.some(
      (entry) =>
        entry === hostname ||
        entry === `${hostname}:${port}` ||
        (entry.startsWith("*.") && hostname.endsWith(entry.slice(1))),
    );
  const isAllowedOnSomePort = (hostname: string): boolean =>
    allowed.some((entry) => entry.replace(/:\d+$/, "") === hostname) || isAllowed(hostname, "");

  const check = (input: string | URL): UrlCheck => {
    const url = URL.parse(String(input));
    if (!url) return refused(`"${shown(input)}" is not a complete URL; begin with https://.`);
    if (!WEB_SCHEMES.has(url.protocol)) {
      return refused(`Only http and https can be opened, not ${url.protocol.slice(0, -1)}.`);
    }
    if (url.username !== "" || url.password !== "") return refused("A URL with a user name or password is not opened.");
    const hostname = plainHost(url.hostname);
    if (hostname === "") return refused("The URL names no host.");
    if (isAllowed(hostname, url.port || (url.protocol === "https:" ? "443" : "80"))) return { ok: true, url };
    const address = literalAddress(hostname);
    if (address === undefined ? isPrivateName(hostname) : !isPublicAddress(address))
      return refused(privateHost(hostname));
    if (!isWebPort(url.port)) return refused(`Port ${url.port} is not one that serves the web.`);
    return { ok: true, url };
  };

  const resolvePublic = async (hostname: string): Promise<readonly LookupAddress[]> => {
    const plain = plainHost(hostname);
    const addresses = await resolve(plain);
    if (isAllowedOnSomePort(plain)) return addresses;
    if (isPrivateName(plain) || addresses.some(({ address }) => !isPublicAddress(address))) {
      throw new AddressRefused(privateHost(plain));
    }
    return addresses;
  };

  return {
    check,
    checkResolved: async (input) => {
      const checked = check(input);
      if (!checked.ok || literalAddress(plainHost(checked.url.hostname)) !== undefined) return checked;
      try {
        await resolvePublic(checked.url.hostname);
        return checked;
      } catch (thrown) {
        if (thrown instanceof AddressRefused) return refused(thrown.message);
        return refused(`The name ${checked.url.hostname} cannot be found.`);
      }
    },
    lookup: (hostname, options, callback) => {
      const answer = async (): Promise<void> => {
        let addresses: LookupAddress[];
        try {
          addresses = (await resolvePublic(hostname)).filter(
            ({ family }) => !options.family || family === Number(options.family),
          );
        } catch (thrown) {
          return callback(thrown instanceof Error ? thrown : new Error(String(thrown)), "");
        }
        const [first] = addresses;
        if (!first) return callback(Object.assign(new Error(`no address of ${hostname}`), { code: "ENOTFOUND" }), "");
        return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
      };
      void answer();
    },
  };
};

const refused = (reason: string): UrlCheck => ({ ok: false, reason });

const privateHost = (hostname: string): string =>
  `${hostname} is in a private network or reserved, and web tools only reach the public internet. Whoever runs this agent can allow it in tools.web.fetch.allowPrivateHosts.`;

/** Lower case by the URL parser; the dots that only mean "from the root" are left out. */
const plainHost = (hostname: string): string => hostname.toLowerCase().replace(/\.+$/, "");

const literalAddress = (hostname: string): string | undefined => {
  const bare = hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
  return isIP(bare) === 0 ? undefined : bare;
};

/** A name without a dot is completed by the search domains of the local network. */
const isPrivateName = (hostname: string): boolean => !hostname.includes(".") || PRIVATE_NAMES.test(hostname);

const isWebPort = (port: string): boolean =>
  WEB_PORTS.has(port) || (Number(port) >= FIRST_UNPRIVILEGED_PORT && !OTHER_PROTOCOLS.has(Number(port)));

const shown = (input: string | URL): string => String(input).slice(0, 200);

const systemResolve = (hostname: string): Promise<readonly LookupAddress[]> =>
  new Promise((resolve, reject) => {
    systemLookup(hostname, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)));
  });
