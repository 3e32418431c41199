/** The form of a method's entry in the registry. */

import type { Static, TSchema } from "typebox";

import type { Scope } from "./scopes.ts";

export interface MethodSpec<P extends TSchema = TSchema, R extends TSchema = TSchema> {
  readonly scope: Scope;
  /** One sentence for the generated documentation. */
  readonly summary: string;
  readonly params: P;
  readonly result: R;
  readonly example: { readonly params: Static<P>; readonly result: Static<R> };
}

export const method = <P extends TSchema, R extends TSchema>(spec: MethodSpec<P, R>): MethodSpec<P, R> => spec;
