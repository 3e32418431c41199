/** What a connection may do. Each method and each event names the one scope it needs. */

export const SCOPES = [
  "operator.read",
  "operator.write",
  "operator.admin",
  "operator.approvals",
  "operator.pairing",
] as const;

export type Scope = (typeof SCOPES)[number];

/** Scopes that a scope brings with it: who may write may read, an admin may do all. */
const IMPLIED: Record<Scope, readonly Scope[]> = {
  "operator.read": ["operator.read"],
  "operator.write": ["operator.write", "operator.read"],
  "operator.admin": SCOPES,
  "operator.approvals": ["operator.approvals", "operator.read"],
  "operator.pairing": ["operator.pairing"],
};

export const isScope = (value: string): value is Scope => SCOPES.some((scope) => scope === value);

export const hasScope = (granted: readonly Scope[], needed: Scope): boolean =>
  granted.some((scope) => IMPLIED[scope].includes(needed));
