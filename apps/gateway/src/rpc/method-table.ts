/** Binds every method of the registry to the code that answers it: parameters are validated before the code runs. */

import { fault } from "@skykoi/fault";
import {
  METHODS,
  hasScope,
  isMethodName,
  type MethodInterim,
  type MethodName,
  type MethodParams,
  type MethodResult,
  type Scope,
} from "@skykoi/protocol";
import { compileValidator, nearest } from "@skykoi/schema";

import type { SessionFilter } from "../events/session-filter.ts";

/** Who calls. */
export interface Caller {
  readonly connId: string;
  readonly scopes: readonly Scope[];
  /** The person a ticket was issued to. */
  readonly user?: { readonly id: string; readonly name?: string };
  /** The device that proved itself. */
  readonly deviceId?: string;
  readonly filter: SessionFilter;
}

type Handler<N extends MethodName> = (
  params: MethodParams<N>,
  caller: Caller,
  /** Sends the first of two answers. */
  first: (payload: MethodInterim<N>) => void,
) => MethodResult<N> | Promise<MethodResult<N>>;

export type Handlers = { readonly [N in MethodName]: Handler<N> };

export interface MethodTable {
  /** Throws INVALID_REQUEST or FORBIDDEN before the method runs, then whatever the method throws. */
  call(method: string, params: unknown, caller: Caller, first: FirstAnswer): Promise<unknown>;
}

/** Takes the payload of an answer before the last one. */
type FirstAnswer = (payload: unknown) => void;

type Bound = (params: unknown, caller: Caller, first: FirstAnswer) => Promise<unknown>;

export const createMethodTable = (handlers: Handlers): MethodTable => {
  const names = Object.keys(METHODS).filter(isMethodName);
  const table = new Map<string, Bound>(names.map((name) => [name, bind(name, handlers[name])]));

  return {
    call: async (method, params, caller, answerFirst) => {
      const bound = table.get(method);
      if (!bound) throw unknownMethod(method, names);
      return bound(params, caller, answerFirst);
    },
  };
};

const bind = <N extends MethodName>(name: N, handler: Handler<N>): Bound => {
  const { scope, params: schema } = METHODS[name];
  const validate = compileValidator<(typeof METHODS)[N]["params"]>(schema);
  return async (params, caller, answerFirst) => {
    const check = validate(params ?? {});
    if (!check.ok) {
      const [first] = check.problems;
      const path = first?.path ? `params.${first.path}` : "params";
      throw fault("INVALID_REQUEST", {
        message: `${name}: ${path} ${first?.message ?? "is not valid"}`,
        details: check.problems,
      });
    }
    if (!hasScope(caller.scopes, scope)) {
      throw fault("FORBIDDEN", { message: `${name} needs the scope ${scope}.`, details: { scope } });
    }
    return handler(check.value, caller, answerFirst);
  };
};

const unknownMethod = (method: string, names: readonly string[]) => {
  const meant = nearest(method, names);
  return fault("INVALID_REQUEST", {
    message: `There is no method "${method}"${meant === undefined ? "" : `; did you mean "${meant}"?`}`,
    details: [{ path: "method", message: "is not a known method" }],
  });
};
