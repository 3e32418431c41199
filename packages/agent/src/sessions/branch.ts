/** Branches as intervals of entry numbers: a path from a leaf to the root runs through few of them. */

export interface Interval {
  readonly first: number;
  readonly last: number;
}

/** Where a stretch of entries that follow each other begins, and what its first entry follows (0: nothing). */
export interface Segment {
  readonly first: number;
  readonly parent: number;
}

/** The path to `leaf`, from the root on; empty for leaf 0. `segmentOf` finds the segment that holds an entry. */
export const pathTo = (leaf: number, segmentOf: (entry: number) => Segment): Interval[] => {
  const path: Interval[] = [];
  for (let last = leaf; last > 0;) {
    const { first, parent } = segmentOf(last);
    path.unshift({ first, last });
    last = parent;
  }
  return path;
};

/** The last entry that two paths from the root share; 0 when they share none. */
export const forkOf = (a: readonly Interval[], b: readonly Interval[]): number => {
  let shared = 0;
  for (const [index, { first, last }] of a.entries()) {
    const other = b[index];
    if (!other || other.first !== first) break;
    shared = Math.min(last, other.last);
    if (last !== other.last) break;
  }
  return shared;
};
