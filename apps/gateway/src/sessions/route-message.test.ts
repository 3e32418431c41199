import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { routeMessage, type IncomingMessage } from "./route-message.ts";
import { resolveSessionKey, sessionTypeOf } from "./session-key.ts";

const AGENTS = { defaultId: "main", ids: ["main", "work"] };
const SCOPES = ["main", "per-peer", "per-channel-peer", "per-account-channel-peer"] as const;
const config = (dmScope: (typeof SCOPES)[number], identityLinks: Record<string, string[]> = {}) => ({
  dmScope,
  identityLinks,
});

const id = fc.string({ minLength: 1, unit: "grapheme" });
const message: fc.Arbitrary<IncomingMessage> = fc.record({
  agentId: fc.constantFrom("main", "work"),
  channel: fc.constantFrom("telegram", "slack", "discord", "matrix"),
  account: fc.option(id, { nil: undefined }),
  peer: id,
  group: fc.option(fc.record({ kind: fc.constantFrom("group", "channel"), id }), { nil: undefined }),
  thread: fc.option(id, { nil: undefined }),
  topic: fc.option(id, { nil: undefined }),
});
const scope = fc.constantFrom(...SCOPES);

describe("a message from a channel", () => {
  const direct = { agentId: "main", channel: "telegram", account: "bot2", peer: "42" };

  it("finds the session that the scope of direct messages says", () => {
    expect(SCOPES.map((one) => routeMessage(direct, config(one)))).toEqual([
      "agent:main:main",
      "agent:main:direct:42",
      "agent:main:telegram:direct:42",
      "agent:main:telegram:bot2:direct:42",
    ]);
  });

  it("finds the session of its group, whoever sends it, with its thread and topic", () => {
    const group = { ...direct, group: { kind: "group" as const, id: "-100" } };
    expect(routeMessage(group, config("main"))).toBe("agent:main:telegram:group:-100");
    expect(routeMessage({ ...group, peer: "7", topic: "3" }, config("per-peer"))).toBe(
      "agent:main:telegram:group:-100:topic:3",
    );
    const channel = { ...direct, channel: "slack", group: { kind: "channel" as const, id: "C1" }, thread: "17.5" };
    expect(routeMessage(channel, config("main"))).toBe("agent:main:slack:channel:C1:thread:17.5");
  });

  it("of a linked person finds one session from all of their addresses, which nobody else finds", () => {
    const links = { ana: ["telegram:42", "discord:@ana:home"] };
    const key = routeMessage(direct, config("per-peer", links));
    expect(routeMessage({ ...direct, channel: "discord", peer: "@ana:home" }, config("per-peer", links))).toBe(key);
    fc.assert(
      fc.property(id, (peer) => {
        fc.pre(peer !== "42");
        expect(routeMessage({ ...direct, peer }, config("per-peer", links))).not.toBe(key);
      }),
    );
  });

  it("always gets a key that clients can write, and whose type says what it was", () => {
    fc.assert(
      fc.property(message, scope, (one, dmScope) => {
        const key = routeMessage(one, config(dmScope));
        const address = resolveSessionKey(key, AGENTS);
        expect(address).toMatchObject({ key, agentId: one.agentId });
        const isThread = one.thread !== undefined || one.topic !== undefined;
        expect(sessionTypeOf(key)).toBe(isThread ? "thread" : one.group ? "group" : "direct");
        if (one.group) expect(address.channel).toBe(one.channel);
      }),
    );
  });

  it("never shares a session with another group, thread or topic", () => {
    fc.assert(
      fc.property(message, message, scope, (a, b, dmScope) => {
        fc.pre(a.group !== undefined && b.group !== undefined);
        const isSame = routeMessage(a, config(dmScope)) === routeMessage(b, config(dmScope));
        expect(isSame).toBe(place(a) === place(b));
      }),
    );
  });

  it("never shares a direct session across the borders of its scope", () => {
    fc.assert(
      fc.property(message, message, (a, b) => {
        const alone = { group: undefined, thread: undefined, topic: undefined };
        const keys = [a, b].map((one) => routeMessage({ ...one, ...alone }, config("per-account-channel-peer")));
        expect(keys[0] === keys[1]).toBe(who(a) === who(b));
      }),
    );
  });
});

/** What must find one session in a group. */
const place = ({ agentId, channel, group, thread, topic }: IncomingMessage) =>
  JSON.stringify([
    agentId,
    channel,
    group?.kind,
    group?.id.toWellFormed(),
    thread?.toWellFormed(),
    topic?.toWellFormed(),
  ]);

/** What must find one session of direct messages. */
const who = ({ agentId, channel, account = "default", peer }: IncomingMessage) =>
  JSON.stringify([agentId, channel, account.toWellFormed(), peer.toWellFormed()]);
