/** Which IP addresses belong to the public internet: everything else is somebody's own network and not open to the web. */

import { BlockList, isIPv4, isIPv6 } from "node:net";

/** IANA special-purpose registries (RFC 6890 and successors); link-local holds the metadata address 169.254.169.254. */
const NOT_PUBLIC_V4: readonly (readonly [network: string, prefix: number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

/** Exceptions within 2000::/3; the rest outside of it is not public either. 2001::/23 holds Teredo, 2002::/16 is 6to4. */
const NOT_PUBLIC_V6: readonly (readonly [network: string, prefix: number])[] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3ffe::", 16],
  ["3fff::", 20],
];

const notPublic = new BlockList();
for (const [network, prefix] of NOT_PUBLIC_V4) notPublic.addSubnet(network, prefix, "ipv4");
for (const [network, prefix] of NOT_PUBLIC_V6) notPublic.addSubnet(network, prefix, "ipv6");

/** `address` without brackets. What is no address at all is not public. */
export const isPublicAddress = (address: string): boolean => {
  if (isIPv4(address)) return !notPublic.check(address, "ipv4");
  if (!isIPv6(address) || address.includes("%")) return false;
  const groups = groupsOf(address);
  const embedded = embeddedV4(groups);
  if (embedded !== undefined) return !notPublic.check(embedded, "ipv4");
  return (groups[0] ?? 0) >> 13 === 1 && !notPublic.check(address, "ipv6");
};

/** The IPv4 address behind ::ffff:a.b.c.d (mapped) and 64:ff9b::a.b.c.d (NAT64, what DNS64 answers for IPv4-only hosts). */
const embeddedV4 = (groups: readonly number[]): string | undefined => {
  const [a, b, c, d, e, f, high = 0, low = 0] = groups;
  const zeros = c === 0 && d === 0 && e === 0;
  const mapped = a === 0 && b === 0 && zeros && f === 0xffff;
  const translated = a === 0x64 && b === 0xff9b && zeros && f === 0;
  if (!mapped && !translated) return undefined;
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
};

/** The eight 16-bit groups of a valid IPv6 address. */
const groupsOf = (address: string): number[] => {
  const hex = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) =>
    [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)].map((group) => group.toString(16)).join(":"),
  );
  const [head = "", tail] = hex.split("::");
  const left = parseGroups(head);
  if (tail === undefined) return left;
  const right = parseGroups(tail);
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right];
};

const parseGroups = (text: string): number[] =>
  text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
