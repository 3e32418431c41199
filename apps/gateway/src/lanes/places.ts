/** How many lanes may work at the same time; some may have places of their own, which no other lane can take. */

export interface PlacesOptions {
  readonly maxConcurrent: number;
  /** Lanes whose jobs never wait for the others', nor those for them. */
  readonly apart?: { readonly has: (laneKey: string) => boolean; readonly maxConcurrent: () => number };
}

export const createPlaces = ({ maxConcurrent, apart }: PlacesOptions) => {
  let shared = 0;
  let own = 0;
  const isApart = (laneKey: string): boolean => apart?.has(laneKey) === true;
  const count = (laneKey: string, change: 1 | -1): void => {
    if (isApart(laneKey)) own += change;
    else shared += change;
  };
  return {
    hasRoom: (laneKey: string): boolean =>
      apart && isApart(laneKey) ? own < apart.maxConcurrent() : shared < maxConcurrent,
    take: (laneKey: string): void => count(laneKey, 1),
    giveBack: (laneKey: string): void => count(laneKey, -1),
    taken: (): number => shared + own,
  };
};
