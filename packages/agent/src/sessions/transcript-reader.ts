/** Makes sense of a transcript's bytes: its entries, where its good part ends, and what is wrong with the rest. */

import { fault } from "@skykoi/fault";

import type { TranscriptEntry } from "../port.ts";
import { parseLine, TRANSCRIPT_VERSION } from "./entry-schema.ts";

export interface TranscriptProblem {
  readonly kind: "torn-line" | "corrupt-line" | "foreign-header" | "repair-failed";
  /** One sentence for the log and for the health report. */
  readonly message: string;
}

export interface TranscriptContents {
  readonly hasHeader: boolean;
  readonly entries: readonly TranscriptEntry[];
  /** Bytes up to and with the last newline. */
  readonly goodBytes: number;
  readonly corruptLines: readonly Uint8Array[];
  readonly problems: readonly TranscriptProblem[];
}

const NEWLINE = 0x0a;

/** Throws DATA_DIR_CORRUPT only for a file of a newer version, which must not be written to. */
export const readTranscript = (bytes: Uint8Array, sessionId: string): TranscriptContents => {
  const entries: TranscriptEntry[] = [];
  const corruptLines: Uint8Array[] = [];
  const problems: TranscriptProblem[] = [];
  const decoder = new TextDecoder();
  let hasHeader = false;
  let start = 0;

  for (let number = 1; ; number++) {
    const end = bytes.indexOf(NEWLINE, start);
    if (end === -1) break;
    const line = bytes.subarray(start, end);
    start = end + 1;
    const parsed = parseLine(decoder.decode(line));
    switch (parsed.kind) {
      case "entry":
        entries.push(parsed.entry);
        break;
      case "header":
        hasHeader = true;
        refuseNewer(parsed.version);
        if (parsed.sessionId !== sessionId) {
          problems.push({ kind: "foreign-header", message: `Line ${number} names the session ${parsed.sessionId}.` });
        }
        break;
      case "corrupt":
        corruptLines.push(line);
        problems.push({ kind: "corrupt-line", message: `Line ${number} (${line.byteLength} bytes) is not an entry.` });
        break;
    }
  }

  const tornBytes = bytes.byteLength - start;
  if (tornBytes > 0) {
    problems.push({ kind: "torn-line", message: `The last line was not finished; ${tornBytes} bytes are cut off.` });
  }
  return { hasHeader, entries, goodBytes: start, corruptLines, problems };
};

const refuseNewer = (version: number): void => {
  if (version <= TRANSCRIPT_VERSION) return;
  throw fault("DATA_DIR_CORRUPT", {
    message: `This conversation was written by a newer version of SkyKoi (transcript version ${version}).`,
  });
};
