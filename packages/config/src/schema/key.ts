/** The building blocks of the configuration schema: closed objects and keys that say when an edit takes effect. */

import { Type, type TArrayOptions, type TProperties, type TSchemaOptions } from "typebox";

/** `hot`: an edit applies to the next message. `restart`: it needs a restart of the gateway. */
type Reload = "hot" | "restart";

export type KeyOptions<T> = {
  readonly reload: Reload;
  readonly default: T;
};

export const hot = <T>(value: T): KeyOptions<T> => ({ reload: "hot", default: value });
export const restart = <T>(value: T): KeyOptions<T> => ({ reload: "restart", default: value });

/** Marks a string that is never shown. */
export const SECRET = { secret: true } as const;

/** An object that refuses keys it does not name. Left out, it is filled with the defaults of its keys. */
export const section = <P extends TProperties>(properties: P) =>
  Type.Object(properties, { additionalProperties: false });

export const oneOf = <const T extends string>(values: readonly T[], options: TSchemaOptions) =>
  Type.Enum<T[]>([...values], options);

export const names = (options: TArrayOptions) => Type.Array(Type.String({ minLength: 1 }), options);
