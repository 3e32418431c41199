/** Fetches entries from their places in a file, few reads for many neighbours. */

import type { TranscriptEntry } from "../port.ts";
import { parseLine } from "./entry-schema.ts";
import type { LinePlace } from "./history-index.ts";
import type { TranscriptFiles } from "./transcript-files.ts";

/** Lines closer to each other than this are fetched together with what is between them. */
const GAP_BYTES = 32 * 1024;

/** In the order of `places`. Undefined when one of them holds no entry: the index does not belong to this file. */
export const readEntries = async (
  files: Pick<TranscriptFiles, "read">,
  path: string,
  places: readonly LinePlace[],
): Promise<TranscriptEntry[] | undefined> => {
  const entries = new Map<LinePlace, TranscriptEntry>();
  for (const group of neighbours(places)) {
    const start = group[0]?.offset ?? 0;
    const end = Math.max(...group.map(({ offset, length }) => offset + length));
    const bytes = await files.read(path, start, end - start);
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (const place of group) {
      const line = parseLine(text.toString("utf8", place.offset - start, place.offset - start + place.length));
      if (line.kind !== "entry") return undefined;
      entries.set(place, line.entry);
    }
  }
  return places.flatMap((place) => entries.get(place) ?? []);
};

const neighbours = (places: readonly LinePlace[]): LinePlace[][] => {
  const groups: LinePlace[][] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const place of places.toSorted((a, b) => a.offset - b.offset)) {
    if (place.offset - end > GAP_BYTES) groups.push([]);
    groups.at(-1)?.push(place);
    end = place.offset + place.length;
  }
  return groups;
};
