/** Fetches what a reader is shown: a message that joined another run says so. */

import type { TranscriptEntry } from "../port.ts";
import { joinedMessage } from "./conversation.ts";
import { readEntries } from "./entry-reader.ts";
import type { ShownPlace } from "./history-queries.ts";
import type { TranscriptFiles } from "./transcript-files.ts";
import { found } from "./transcript.ts";

export const readShown = async (
  files: TranscriptFiles,
  path: string,
  places: readonly ShownPlace[],
): Promise<TranscriptEntry[]> => {
  const joins = places.flatMap(({ joined }) => joined ?? []);
  const entries = found(await readEntries(files, path, [...places, ...joins]));
  const joined = new Map(joins.map((place, position) => [place, entries[places.length + position]]));
  return entries.slice(0, places.length).map((entry, position) => {
    const place = places[position]?.joined;
    const how = place && joined.get(place);
    return entry.type === "user" && how?.type === "joined" ? joinedMessage(entry, how) : entry;
  });
};
