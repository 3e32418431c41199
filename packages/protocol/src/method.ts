/** The form of a method's entry in the registry. */

import type { Static, TNever, TSchema } from "typebox";

import type { Scope } from "./scopes.ts";

export interface MethodSpec<P extends TSchema = TSchema, R extends TSchema = TSchema, I extends TSchema = TNever> {
  readonly scope: Scope;
  /** One sentence for the generated documentation. */
  readonly summary: string;
  readonly params: P;
  readonly result: R;
  /** A method that answers twice on one id: its first answer, sent at once. */
  readonly interim?: I;
  readonly example: { readonly params: Static<P>; readonly interim?: Static<I>; readonly result: Static<R> };
}

export const method = <P extends TSchema, R extends TSchema, I extends TSchema = TNever>(
  spec: MethodSpec<P, R, I>,
): MethodSpec<P, R, I> => spec;
