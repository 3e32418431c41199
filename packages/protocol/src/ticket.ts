/**
 * Tickets by which a control plane sends a person to a gateway: signed, short-lived, good for one connection. This is the
 * format both sides agree on; signing and verifying are theirs.
 *
 * `tkt_<claims>.<signature>`, both base64url: the claims are JSON, the signature is Ed25519 over
 * `skykoi-ticket-v1.<claims>` as it stands in the ticket.
 */

import { Type, type Static } from "typebox";

import { closed, oneOf, text, timestamp } from "./closed.ts";
import { SCOPES, hasScope, type Scope } from "./scopes.ts";

const TICKET_PREFIX = "tkt_";

/** A ticket is for connecting now; one that is good for longer is refused. */
export const MAX_TICKET_LIFETIME_MS = 5 * 60_000;

/** How far the clocks of the two sides may be apart. */
export const TICKET_CLOCK_SKEW_MS = 60_000;

const TICKET_ROLES = ["OWNER", "ADMIN", "MEMBER", "VIEWER"] as const;
export type TicketRole = (typeof TICKET_ROLES)[number];

export const TicketClaims = closed({
  v: Type.Literal(1),
  /** Never used for another ticket. */
  jti: Type.String({ pattern: "^[A-Za-z0-9_-]{16,64}$" }),
  /** The gateway it is for: its `gateway.auth.tickets.audience`. */
  aud: text(256),
  user: closed({ id: text(128), name: Type.Optional(text(128)) }),
  role: oneOf(TICKET_ROLES),
  scopes: Type.Array(oneOf(SCOPES), { maxItems: SCOPES.length }),
  /** Milliseconds since the epoch. */
  issuedAt: timestamp(),
  expiresAt: timestamp(),
});
export type TicketClaims = Static<typeof TicketClaims>;

/** What a role may do at most, whatever scopes its ticket names. */
const CEILING: Readonly<Record<TicketRole, readonly Scope[]>> = {
  OWNER: ["operator.admin"],
  ADMIN: ["operator.admin"],
  MEMBER: ["operator.write", "operator.approvals"],
  VIEWER: ["operator.read"],
};

/** The scopes of a ticket that its role may have. */
export const ticketScopes = ({ role, scopes }: Pick<TicketClaims, "role" | "scopes">): Scope[] =>
  [...new Set(scopes)].filter((scope) => hasScope(CEILING[role], scope));

export const isTicket = (credential: string): boolean => credential.startsWith(TICKET_PREFIX);

/** `sign` gives the Ed25519 signature of the bytes. */
export const encodeTicket = (claims: TicketClaims, sign: (signed: Uint8Array) => Uint8Array): string => {
  const body = Buffer.from(JSON.stringify(claims), "utf8").toString("base64url");
  return `${TICKET_PREFIX}${body}.${Buffer.from(sign(signedBytes(body))).toString("base64url")}`;
};

export interface OpenedTicket {
  /** Unchecked JSON; not to be believed before the signature was verified. */
  readonly claims: unknown;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

/** undefined for what has not the form of a ticket. */
export const openTicket = (ticket: string): OpenedTicket | undefined => {
  const match = /^tkt_([A-Za-z0-9_-]{2,4000})\.([A-Za-z0-9_-]{86})$/.exec(ticket);
  if (!match) return undefined;
  const [, body = "", signature = ""] = match;
  try {
    const claims: unknown = JSON.parse(Buffer.from(body, "base64url").toString("utf8"));
    return { claims, signed: signedBytes(body), signature: Buffer.from(signature, "base64url") };
  } catch {
    // Not JSON: no ticket.
    return undefined;
  }
};

const signedBytes = (body: string): Uint8Array => Buffer.from(`skykoi-ticket-v1.${body}`, "utf8");
