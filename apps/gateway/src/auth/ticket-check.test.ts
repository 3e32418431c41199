import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { SCOPES, encodeTicket, hasScope, type TicketClaims } from "@skykoi/protocol";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { temporaryDirectory } from "../testing/test-gateway.ts";
import { createTicketCheck } from "./ticket-check.ts";
import { createUsedTickets } from "./used-tickets.ts";

const NOW = 1_767_225_600_000;
const AUDIENCE = "agent-17";

let home = "";
beforeEach(async () => {
  home = await temporaryDirectory();
});
afterEach(() => rm(home, { recursive: true, force: true }));

const issuer = generateKeyPairSync("ed25519");
const rawKey = (key: KeyObject): string =>
  key.export({ format: "der", type: "spki" }).subarray(-32).toString("base64url");

let tickets = 0;
const claims = (change: Partial<TicketClaims> = {}): TicketClaims => ({
  v: 1,
  jti: `ticket-number-${String(tickets++).padStart(6, "0")}`,
  aud: AUDIENCE,
  user: { id: "user-1", name: "Ada" },
  role: "MEMBER",
  scopes: ["operator.read", "operator.write"],
  issuedAt: NOW,
  expiresAt: NOW + 60_000,
  ...change,
});

const ticket = (change: Partial<TicketClaims> = {}, key = issuer.privateKey): string =>
  encodeTicket(claims(change), (bytes) => sign(null, bytes, key));

const path = () => join(home, "used-tickets");

const gateway = ({ now = NOW, maxTickets = 100, publicKey = rawKey(issuer.publicKey), audience = AUDIENCE } = {}) => {
  const clock = { now };
  const used = createUsedTickets({ path: path(), now: () => clock.now, maxTickets });
  const check = createTicketCheck({ trust: () => ({ publicKey, audience }), used, now: () => clock.now });
  return { check, clock };
};

describe("a ticket", () => {
  it("admits its person, role and scopes", () => {
    expect(gateway().check(ticket())).toEqual({
      ok: true,
      ticket: { user: { id: "user-1", name: "Ada" }, role: "MEMBER", scopes: ["operator.read", "operator.write"] },
    });
  });

  it("admits once, also after a restart, also when the clock is put back", async () => {
    const { check } = gateway();
    const once = ticket();
    expect(check(once)).toMatchObject({ ok: true });
    expect(check(once)).toMatchObject({ ok: false, problem: "The ticket was used already." });
    expect(gateway().check(once)).toMatchObject({ ok: false, problem: "The ticket was used already." });
    expect(gateway({ now: NOW - 30_000 }).check(once)).toMatchObject({ ok: false });
    expect((await stat(path())).mode & 0o777).toBe(0o600);
  });

  it("is not admitted by a restart after its line was torn, and the others stay used", async () => {
    const [first, second] = [ticket(), ticket()];
    const { check } = gateway();
    expect([check(first), check(second)]).toMatchObject([{ ok: true }, { ok: true }]);
    const whole = await readFile(path(), "utf8");
    await writeFile(path(), whole.slice(0, whole.indexOf("\n") + 8));
    expect(gateway().check(first)).toMatchObject({ ok: false });
  });

  it.each([
    ["signed by somebody else", {}, generateKeyPairSync("ed25519").privateKey, /not valid/],
    ["for another gateway", { aud: "agent-18" }, issuer.privateKey, /another gateway/],
    ["that has expired", { issuedAt: NOW - 200_000, expiresAt: NOW - 60_000 }, issuer.privateKey, /expired/],
    ["from the future", { issuedAt: NOW + 60_001, expiresAt: NOW + 90_000 }, issuer.privateKey, /not valid yet/],
    ["that is good for too long", { expiresAt: NOW + 300_001 }, issuer.privateKey, /at most 5 minutes/],
    ["that ends before it begins", { expiresAt: NOW - 1 }, issuer.privateKey, /at most 5 minutes/],
  ])("%s is refused", (_case, change, key, problem) => {
    expect(gateway().check(ticket(change, key))).toMatchObject({ ok: false, problem: expect.stringMatching(problem) });
  });

  it.each([
    ["just issued by a clock that is a minute ahead", { issuedAt: NOW + 60_000, expiresAt: NOW + 90_000 }],
    ["expired within the tolerance of a clock that is behind", { issuedAt: NOW - 100_000, expiresAt: NOW - 59_999 }],
  ])("%s is admitted", (_case, change) => {
    expect(gateway().check(ticket(change))).toMatchObject({ ok: true });
  });

  it.each([[{ publicKey: "" }], [{ audience: "" }], [{ publicKey: "short" }]])(
    "is refused by a gateway that is not set up for tickets: %j",
    (setup) => {
      expect(gateway(setup).check(ticket())).toMatchObject({ ok: false, problem: "This gateway takes no tickets." });
    },
  );

  it.each(["OWNER", "ADMIN", "MEMBER", "VIEWER"] as const)("gives %s no scope beyond the role", (role) => {
    const verdict = gateway().check(ticket({ role, scopes: [...SCOPES] }));
    const granted = verdict.ok ? verdict.ticket.scopes : [];
    expect(granted.some((scope) => hasScope([scope], "operator.admin"))).toBe(role === "OWNER" || role === "ADMIN");
    if (role === "VIEWER") expect(granted).toEqual(["operator.read"]);
    if (role === "MEMBER") expect(granted).not.toContain("operator.pairing");
  });

  it("with any character changed is refused and not used up", () => {
    const { check } = gateway();
    const good = ticket();
    fc.assert(
      fc.property(fc.nat({ max: good.length - 2 }), fc.constantFrom("A", "z", "0", "_", "."), (at, letter) => {
        fc.pre(good[at] !== letter);
        expect(check(good.slice(0, at) + letter + good.slice(at + 1)).ok).toBe(false);
      }),
      { numRuns: 300 },
    );
    expect(check(good)).toMatchObject({ ok: true });
  });

  it("with other claims than the agreed ones is refused, though it is signed", () => {
    const body = Buffer.from(JSON.stringify({ ...claims(), admin: true })).toString("base64url");
    const signature = sign(null, Buffer.from(`skykoi-ticket-v1.${body}`), issuer.privateKey).toString("base64url");
    expect(gateway().check(`tkt_${body}.${signature}`)).toMatchObject({
      ok: false,
      problem: "The ticket is not valid.",
    });
  });
});

describe("the memory of used tickets", () => {
  it("is bounded: full, it takes no other ticket until some have expired", () => {
    const { check, clock } = gateway({ maxTickets: 3 });
    const spent = [ticket(), ticket(), ticket()];
    for (const each of spent) expect(check(each).ok).toBe(true);
    const fourth = ticket();
    expect(() => check(fourth)).toThrow(expect.objectContaining({ code: "RATE_LIMITED" }));
    clock.now += 121_000;
    const late = ticket({ issuedAt: clock.now, expiresAt: clock.now + 1000 });
    expect(check(late)).toMatchObject({ ok: true });
    for (const each of spent) expect(check(each).ok).toBe(false);
  });

  it("that cannot be written admits nobody, and does not use the ticket up", async () => {
    await rm(home, { recursive: true });
    const once = ticket();
    const { check } = gateway();
    expect(() => check(once)).toThrow(expect.objectContaining({ code: "STORAGE_FAILED" }));
  });
});

it("the format is what both sides agreed on", () => {
  const { privateKey, publicKey } = issuer;
  const wire = encodeTicket(claims({ jti: "0123456789abcdef" }), (bytes) => sign(null, bytes, privateKey));
  const [, body = "", signature = ""] = /^tkt_([\w-]+)\.([\w-]{86})$/.exec(wire) ?? [];
  expect(JSON.parse(Buffer.from(body, "base64url").toString())).toEqual({
    v: 1,
    jti: "0123456789abcdef",
    aud: AUDIENCE,
    user: { id: "user-1", name: "Ada" },
    role: "MEMBER",
    scopes: ["operator.read", "operator.write"],
    issuedAt: NOW,
    expiresAt: NOW + 60_000,
  });
  expect(signature).toBe(sign(null, Buffer.from(`skykoi-ticket-v1.${body}`), privateKey).toString("base64url"));
  expect(rawKey(publicKey)).toMatch(/^[\w-]{43}$/);
});
