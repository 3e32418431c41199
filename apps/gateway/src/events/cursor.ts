/** Cursors name a place in the stream of durable events: `<epoch>:<count>`; the epoch is one life of a gateway. */

export const formatCursor = (epoch: string, position: number): string => `${epoch}:${position}`;

/** The position, or undefined for a cursor of another life or another form. */
export const parseCursor = (epoch: string, cursor: string): number | undefined => {
  const [cursorEpoch, position = "", ...rest] = cursor.split(":");
  if (cursorEpoch !== epoch || rest.length > 0 || !/^\d{1,15}$/.test(position)) return undefined;
  return Number(position);
};
