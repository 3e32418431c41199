/** The shapes the schemas of this API are built from. */

import { Type, type TProperties, type TSchema } from "typebox";

/** An object that refuses fields it does not name. */
export const closed = <P extends TProperties>(properties: P) =>
  Type.Object(properties, { additionalProperties: false });

export const nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);

/** A non-empty string of at most `maxLength` characters. */
export const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });

/** ISO 8601 in UTC. */
export const isoDate = () => Type.String({ format: "date-time" });

/** An id of the platform in an address: prefixed, lower case. Anything else names nothing. */
export const idParam = () => Type.String({ pattern: "^[a-z0-9_]{1,64}$" });
