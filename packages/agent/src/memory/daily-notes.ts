/** The notes of today and yesterday, as the prompt of a session holds them: read once, so that the prompt stays the same. */

import { constants } from "node:fs";
import { join } from "node:path";

import { isSystemError } from "@skykoi/fault";

import { createPathGuard } from "../tools/files/path-guard.ts";
import { openUnmoved } from "../tools/files/unmoved.ts";
import type { WorkspaceFile } from "../workspace/workspace-files.ts";
import { CURATED, NOTES } from "./note-files.ts";

export interface DailyNotesOptions {
  readonly workspace: string;
  readonly protectedPaths: readonly string[];
  /** `YYYY-MM-DD` of now and of the day before, in the user's zone. */
  readonly days: () => readonly [today: string, yesterday: string];
}

/** Yesterday's before today's. A session keeps what it has read until the day changes. */
export type ReadDailyNotes = (session: {
  readonly sessionId: string;
  /** MEMORY.md under the name of a note is for the owner's main session only. */
  readonly mainSession: boolean;
}) => Promise<readonly WorkspaceFile[]>;

/** Of one note, from its end: what was written last is worth most. */
export const MAX_NOTE_CHARS = 8_000;
const MAX_BYTES_A_CHAR = 4;
const MAX_SESSIONS = 256;

export const createDailyNotes = ({ workspace, protectedPaths, days }: DailyNotesOptions): ReadDailyNotes => {
  const guard = { workspace, home: workspace };
  const paths = createPathGuard({ ...guard, protectedPaths });
  const sharedPaths = createPathGuard({ ...guard, protectedPaths, ownersPaths: [join(workspace, CURATED)] });
  const known = new Map<string, { readonly day: string; readonly files: Promise<readonly WorkspaceFile[]> }>();

  const read = async (day: string, mainSession: boolean): Promise<WorkspaceFile[]> => {
    const name = `${NOTES}/${day}.md`;
    try {
      const resolved = await (mainSession ? paths : sharedPaths).resolve(name);
      const text = resolved.ok ? await readEnd(resolved.path, name) : "";
      return text === "" ? [] : [{ name, text }];
    } catch (thrown) {
      if (isSystemError(thrown)) return [];
      throw thrown;
    }
  };

  return ({ sessionId, mainSession }) => {
    const [today, yesterday] = days();
    const before = known.get(sessionId);
    known.delete(sessionId);
    const files =
      before?.day === today
        ? before.files
        : Promise.all([yesterday, today].map((day) => read(day, mainSession))).then((notes) => notes.flat());
    known.set(sessionId, { day: today, files });
    const [oldest] = known.keys();
    if (known.size > MAX_SESSIONS && oldest !== undefined) known.delete(oldest);
    return files;
  };
};

const readEnd = async (realPath: string, name: string): Promise<string> => {
  const handle = await openUnmoved(realPath, constants.O_RDONLY);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) return "";
    const sizeBytes = Math.min(stats.size, MAX_NOTE_CHARS * MAX_BYTES_A_CHAR);
    const buffer = Buffer.alloc(sizeBytes);
    await handle.read(buffer, 0, sizeBytes, stats.size - sizeBytes);
    const text = new TextDecoder().decode(buffer).trim();
    if (text.length <= MAX_NOTE_CHARS && sizeBytes === stats.size) return text;
    const end = text.slice(-MAX_NOTE_CHARS);
    return `[${name} has ${stats.size} bytes; this is its end, read the file for the rest]\n${end.slice(end.indexOf("\n") + 1)}`;
  } finally {
    await handle.close();
  }
};
