import { assert, integer, pre, property } from "fast-check";
import { describe, expect, it } from "vitest";

import { isPublicAddress } from "./public-address.ts";
import { AddressRefused, createSsrfGuard } from "./ssrf-guard.ts";

const guard = createSsrfGuard({ resolve: async () => [{ address: "93.184.215.14", family: 4 }] });
const resolvingTo = (...addresses: string[]) =>
  createSsrfGuard({
    resolve: async () => addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
  });

const lookUp = (from: ReturnType<typeof createSsrfGuard>, host: string) =>
  new Promise((resolve, reject) => {
    from.lookup(host, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)));
  });

const hex = (value: number) => value.toString(16);

const REFUSED = [
  // Loopback, in every notation a URL parser accepts
  "http://127.0.0.1/", "http://127.1/", "http://127.0.1/", "http://2130706433/", "http://0x7f000001/", "http://0x7f.1/",
  "http://0177.0.0.1/", "http://017700000001/", "http://0x7F.0x0.0x0.0x1/", "http://127.0.0.1./", "http://127.255.255.254/",
  "http://１２７.０.０.１/", "http://127。0。0。1/", "http://%31%32%37.0.0.1/", "http://0/", "http://0.0.0.0/", "http://0x0/",
  // Private, shared, link-local, reserved
  "http://10.0.0.1/", "http://10.255.255.255/", "http://0xa000001/", "http://012.0.0.1/", "http://172.16.0.1/",
  "http://172.31.255.255/", "http://192.168.0.1/", "http://192.168.1.1:8080/", "http://100.64.0.1/", "http://100.127.255.255/",
  "http://169.254.0.1/", "http://192.0.0.192/", "http://192.0.2.1/", "http://198.18.0.1/", "http://198.19.255.255/",
  "http://198.51.100.1/", "http://203.0.113.1/", "http://192.88.99.1/", "http://224.0.0.1/", "http://239.255.255.255/",
  "http://240.0.0.1/", "http://255.255.255.255/",
  // Metadata of clouds
  "http://169.254.169.254/latest/meta-data/", "http://2852039166/", "http://0xa9fea9fe/", "http://0251.0376.0251.0376/",
  "http://169.254.43518/", "http://[fd00:ec2::254]/", "http://[::ffff:169.254.169.254]/", "http://[::ffff:a9fe:a9fe]/",
  "http://[64:ff9b::a9fe:a9fe]/", "http://[2002:a9fe:a9fe::1]/", "http://169.254.170.2/v2/credentials",
  "http://100.100.100.200/", "http://metadata.google.internal/", "http://instance-data.ec2.internal/", "http://metadata/",
  // IPv6
  "http://[::1]/", "http://[::]/", "http://[0:0:0:0:0:0:0:1]/", "http://[::127.0.0.1]/", "http://[::ffff:127.0.0.1]/",
  "http://[::ffff:7f00:1]/", "http://[::ffff:0:127.0.0.1]/", "http://[64:ff9b::127.0.0.1]/", "http://[64:ff9b::10.0.0.1]/",
  "http://[64:ff9b:1::1]/", "http://[2002:7f00:1::]/", "http://[2002:c0a8:101::1]/", "http://[2001:0:7f00:1::]/",
  "http://[fe80::1]/", "http://[fec0::1]/", "http://[fc00::1]/", "http://[fdff::1]/", "http://[ff02::1]/", "http://[2001:db8::1]/",
  "http://[100::1]/", "http://[3fff::1]/", "http://[5f00::1]/",
  // Names that stay at home
  "http://localhost/", "http://LOCALHOST/", "http://localhost./", "http://localhost../", "http://a.localhost/",
  "http://printer.local/", "http://db.internal/", "http://db.internal./", "http://router.lan/", "http://nas/", "http://x.home.arpa/",
  "http://x.onion/", "http://x.test/",
  // Schemes, credentials, forms
  "file:///etc/passwd", "ftp://example.org/", "gopher://example.org/", "data:text/html,x", "javascript:alert(1)",
  "blob:https://example.org/x", "ws://example.org/", "about:blank", "view-source:https://example.org/", "chrome://version",
  "http://user@example.org/", "http://user:pw@example.org/", "http://:pw@example.org/", "https://example.org@127.0.0.1/",
  "http://", "//example.org/", "example.org", "", "http:///", "http://[::1", "http://exa mple.org/", "http://[fe80::1%25eth0]/",
  // Ports of other services
  "http://example.org:22/", "http://example.org:25/", "http://example.org:0/", "http://example.org:6379/",
  "http://example.org:11211/", "http://example.org:6667/", "http://example.org:2049/", "http://example.org:993/",
]; // prettier-ignore

const ALLOWED = [
  "http://example.org/", "https://example.org:443/x?y#z", "http://example.org:8080/", "https://EXAMPLE.org./", "http://1.1.1.1/",
  "http://16843009/", "http://172.15.0.1/", "http://172.32.0.1/", "http://100.63.0.1/", "http://100.128.0.1/", "http://11.0.0.1/",
  "http://169.253.0.1/", "http://192.167.1.1/", "http://223.255.255.254/", "http://[2606:4700::1111]/", "http://[2a00:1450::1]/",
  "http://[::ffff:1.1.1.1]/", "http://[64:ff9b::1.1.1.1]/", "https://bücher.example/", "https://localhost.example.org/",
  "https://internal.example.org/", "http://example.org:80/", "https://127.0.0.1.example.org/",
]; // prettier-ignore

describe("the guard of the web tools", () => {
  it.each(REFUSED)("refuses %s with a sentence", (url) => {
    expect(guard.check(url)).toEqual({ ok: false, reason: expect.stringMatching(/^\S.{15,}\.$/) });
  });

  it.each(ALLOWED)("lets %s pass", (url) => {
    expect(guard.check(url)).toMatchObject({ ok: true });
  });

  it.each([
    "127.0.0.1",
    "10.1.2.3",
    "169.254.169.254",
    "::1",
    "fd00:ec2::254",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "0.0.0.0",
    "fe80::1%lo",
  ])("refuses a public name that resolves to %s, also beside a public address", async (address) => {
    await expect(lookUp(resolvingTo("93.184.215.14", address), "example.org")).rejects.toBeInstanceOf(AddressRefused);
    expect((await resolvingTo(address).checkResolved("https://example.org/")).ok).toBe(false);
  });

  it("hands the connection the very addresses it has checked", async () => {
    await expect(lookUp(guard, "example.org")).resolves.toEqual([{ address: "93.184.215.14", family: 4 }]);
  });

  it("says that a name cannot be found", async () => {
    const none = createSsrfGuard({ resolve: () => Promise.reject(new Error("ENOTFOUND")) });
    expect(await none.checkResolved("https://nowhere.example/")).toEqual({
      ok: false,
      reason: "The name nowhere.example cannot be found.",
    });
  });

  it("opens exactly the private hosts that are allowed", async () => {
    const open = createSsrfGuard({
      allowPrivateHosts: ["localhost:3000", "10.0.0.5", "[::1]", "*.corp.internal"],
      resolve: async () => [{ address: "10.0.0.9", family: 4 }],
    });
    const passes = (url: string) => open.check(url).ok;
    expect(
      ["http://localhost:3000/", "http://10.0.0.5:22/", "http://[::1]/", "http://a.corp.internal/"].map(passes),
    ).toEqual(Array(4).fill(true));
    expect(
      [
        "http://localhost/",
        "http://localhost:3001/",
        "http://10.0.0.6/",
        "http://corp.internal/",
        "http://evilcorp.internal/",
      ].map(passes),
    ).toEqual(Array(5).fill(false));
    await expect(lookUp(open, "a.corp.internal")).resolves.toHaveLength(1);
    await expect(lookUp(open, "example.org")).rejects.toBeInstanceOf(AddressRefused);
    expect(open.check("http://user:pw@10.0.0.5/").ok).toBe(false);
    expect(open.check("file://10.0.0.5/x").ok).toBe(false);
  });
});

describe("a public address", () => {
  const octet = integer({ min: 0, max: 255 });

  it("is the same address in every notation of it", () => {
    assert(
      property(octet, octet, octet, octet, (a, b, c, d) => {
        const dotted = `${a}.${b}.${c}.${d}`;
        const isPublic = isPublicAddress(dotted);
        const number = ((a * 256 + b) * 256 + c) * 256 + d;
        const mapped = `${hex(a * 256 + b)}:${hex(c * 256 + d)}`;
        for (const host of [
          String(number),
          `0x${hex(number)}`,
          `0${number.toString(8)}`,
          `[::ffff:${dotted}]`,
          `[::ffff:${mapped}]`,
        ]) {
          expect(guard.check(`http://${host}/`).ok).toBe(isPublic);
        }
        expect(isPublicAddress(`64:ff9b::${mapped}`)).toBe(isPublic);
        expect(isPublicAddress(`2002:${mapped}::1`)).toBe(false);
      }),
    );
  });

  it("is none outside of 2000::/3, apart from those that carry an IPv4 address", () => {
    assert(
      property(integer({ min: 0x100, max: 0xffff }), octet, (first, last) => {
        pre(first < 0x2000 || first > 0x3fff);
        expect(isPublicAddress(`${first.toString(16)}::${last.toString(16)}`)).toBe(false);
      }),
    );
  });

  it.each(["", "x", "1.2.3", "1.2.3.4.5", "::ffff", "example.org"])("is not what is no address: %j", (text) => {
    expect(isPublicAddress(text)).toBe(false);
  });
});
