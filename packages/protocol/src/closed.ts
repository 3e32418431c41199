/** The shapes schemas are built from: closed objects, bounded strings, optional fields. */

import { Type, type TProperties } from "typebox";

/** An object that refuses fields it does not name. */
export const closed = <P extends TProperties>(properties: P) =>
  Type.Object(properties, { additionalProperties: false });

/** A non-empty string of at most `maxLength` characters. */
export const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });

export const oneOf = <const T extends string>(values: readonly T[]) => Type.Enum<T[]>([...values]);

/** Milliseconds since the epoch. */
export const timestamp = () => Type.Integer({ minimum: 0 });

export const count = () => Type.Integer({ minimum: 0 });
