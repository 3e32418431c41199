/** Decides what a connection with the gateway's token may do. */

import { SCOPES, isScope, type Scope } from "@skykoi/protocol";

/** A non-empty wish limits the grant to the known scopes in it; without a wish everything is granted. */
export const grantScopes = (wished: readonly string[] | undefined): readonly Scope[] => {
  if (!wished || wished.length === 0) return SCOPES;
  return [...new Set(wished)].filter(isScope);
};
