/** Compares places in the stream of durable events: `<epoch>:<position>`, where an epoch is one life of a gateway. */

/** True when `cursor` is at or before `base` in the same epoch. Cursors of different epochs cannot be compared: false. */
export const isCovered = (cursor: string | undefined, base: string | undefined): boolean => {
  if (cursor === undefined || base === undefined) return false;
  const [one, other] = [parse(cursor), parse(base)];
  return one.epoch === other.epoch && one.position <= other.position;
};

/** True when both cursors come from one life of a gateway. */
export const isSameEpoch = (cursor: string, base: string): boolean => parse(cursor).epoch === parse(base).epoch;

const parse = (cursor: string): { readonly epoch: string; readonly position: number } => {
  const colon = cursor.lastIndexOf(":");
  return { epoch: cursor.slice(0, colon), position: Number(cursor.slice(colon + 1)) };
};
