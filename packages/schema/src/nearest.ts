/** Finds the known word a mistyped one was probably meant to be. */

/** The candidate within an edit distance of a third of its length (at least 2), or undefined. */
export const nearest = (word: string, candidates: readonly string[]): string | undefined => {
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    // The distance is at least the difference of the lengths: what cannot be near is not compared, however long it is.
    if (Math.abs(word.length - candidate.length) > tolerance(candidate)) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (!best || distance < best.distance) best = { candidate, distance };
  }
  return best && best.distance <= tolerance(best.candidate) ? best.candidate : undefined;
};

const tolerance = (candidate: string): number => Math.max(2, Math.floor(candidate.length / 3));

/** Levenshtein distance, one row at a time. */
const editDistance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution));
    }
    row = next;
  }
  return row[b.length] ?? 0;
};
