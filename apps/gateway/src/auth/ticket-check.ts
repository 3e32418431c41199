/** Admits the bearer of a ticket once: signature, audience, time and first use are checked, in this order. */

import { verify, type KeyObject } from "node:crypto";

import {
  MAX_TICKET_LIFETIME_MS,
  TICKET_CLOCK_SKEW_MS,
  TicketClaims,
  openTicket,
  ticketScopes,
  type Scope,
  type TicketRole,
} from "@skykoi/protocol";
import { compileValidator } from "@skykoi/schema";

import { ed25519PublicKey } from "./ed25519.ts";
import type { UsedTickets } from "./used-tickets.ts";

export interface TicketCheckOptions {
  /** Of whom tickets are believed, and who they must name; empty: no ticket is. */
  readonly trust: () => { readonly publicKey: string; readonly audience: string };
  readonly used: UsedTickets;
  readonly now: () => number;
}

export interface Ticket {
  readonly user: { readonly id: string; readonly name?: string };
  readonly role: TicketRole;
  readonly scopes: readonly Scope[];
}

export type TicketVerdict =
  | { readonly ok: true; readonly ticket: Ticket }
  | { readonly ok: false; readonly problem: string };

const validate = compileValidator(TicketClaims);

/** An admitted ticket is used up. Throws STORAGE_FAILED when that cannot be remembered; then it is not admitted. */
export const createTicketCheck =
  ({ trust, used, now }: TicketCheckOptions) =>
  (presented: string): TicketVerdict => {
    const { publicKey, audience } = trust();
    const key = publicKey === "" || audience === "" ? undefined : ed25519PublicKey(publicKey);
    if (!key) return refused("This gateway takes no tickets.");
    const claims = verifiedClaims(presented, key);
    if (!claims) return refused("The ticket is not valid.");
    if (claims.aud !== audience) return refused("The ticket is for another gateway.");
    const late = timeProblem(claims, now());
    if (late !== undefined) return refused(late);
    if (!used.use(claims.jti, claims.expiresAt + TICKET_CLOCK_SKEW_MS)) return refused("The ticket was used already.");
    return { ok: true, ticket: { user: claims.user, role: claims.role, scopes: ticketScopes(claims) } };
  };

const verifiedClaims = (presented: string, key: KeyObject): TicketClaims | undefined => {
  const opened = openTicket(presented);
  if (!opened || !verify(null, opened.signed, key, opened.signature)) return undefined;
  const check = validate(opened.claims);
  return check.ok ? check.value : undefined;
};

const timeProblem = ({ issuedAt, expiresAt }: TicketClaims, nowMs: number): string | undefined => {
  if (expiresAt - issuedAt > MAX_TICKET_LIFETIME_MS || expiresAt <= issuedAt) {
    return `The ticket must be good for at most ${MAX_TICKET_LIFETIME_MS / 60_000} minutes.`;
  }
  if (nowMs >= expiresAt + TICKET_CLOCK_SKEW_MS) return "The ticket has expired.";
  return nowMs < issuedAt - TICKET_CLOCK_SKEW_MS ? "The ticket is not valid yet; compare the clocks." : undefined;
};

const refused = (problem: string): TicketVerdict => ({ ok: false, problem });
