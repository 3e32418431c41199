/** The building blocks of the configuration schema: closed objects and keys that say when an edit takes effect. */

import { Type, type TArrayOptions, type TProperties, type TSchemaOptions } from "typebox";

/** `hot`: an edit applies to the next message. `restart`: it needs a restart of the gateway. */
export type Reload = "hot" | "restart";

export type KeyOptions<T> = {
  readonly reload: Reload;
  readonly default: T;
  readonly description: string;
};

/** The description is one sentence for the reference; units and special values are said there. */
export const hot = <T>(value: T, description: string): KeyOptions<T> => ({
  reload: "hot",
  default: value,
  description,
});

export const restart = <T>(value: T, description: string): KeyOptions<T> => ({
  reload: "restart",
  default: value,
  description,
});

/** A key whose default the host gives; `hostDefault` says in words which. */
export const fromHost = (reload: Reload, hostDefault: string, description: string) => ({
  reload,
  hostDefault,
  description,
});

/** Marks a string that is never shown. */
export const SECRET = { secret: true } as const;

/** An object that refuses keys it does not name. Left out, it is filled with the defaults of its keys. */
export const section = <P extends TProperties>(properties: P, options: TSchemaOptions = {}) =>
  Type.Object(properties, { ...options, additionalProperties: false });

export const oneOf = <const T extends string>(values: readonly T[], options: TSchemaOptions) =>
  Type.Enum<T[]>([...values], options);

export const names = (options: TArrayOptions) => Type.Array(Type.String({ minLength: 1 }), options);

/** A string that may be left out. */
export const optionalText = (description: string) => Type.Optional(Type.String({ minLength: 1, description }));
