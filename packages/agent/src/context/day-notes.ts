/** Adds lasting notes to `memory/YYYY-MM-DD.md` of the workspace, for a conversation whose older part becomes a summary. */

import { constants } from "node:fs";
import { access, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";

import { isSystemError } from "@skykoi/fault";

import { createPathGuard } from "../tools/files/path-guard.ts";
import { openUnmoved } from "../tools/files/unmoved.ts";
import type { NotesPort } from "./notes.ts";

export interface DayNotesOptions {
  readonly workspace: string;
  readonly protectedPaths: readonly string[];
  /** `YYYY-MM-DD`, in the user's zone. */
  readonly today: () => string;
}

const FILE_MODE = 0o644;

export const createDayNotes = ({ workspace, protectedPaths, today }: DayNotesOptions): NotesPort => {
  const paths = createPathGuard({ workspace, home: workspace, protectedPaths });

  const noteFile = async (): Promise<string | undefined> => {
    const resolved = await paths.resolve(join("memory", `${today()}.md`));
    return resolved.ok ? resolved.path : undefined;
  };

  return {
    canAdd: () =>
      unlessRefused(async () => {
        if ((await noteFile()) === undefined) return false;
        await access(workspace, constants.W_OK);
        return true;
      }),
    add: (text) =>
      unlessRefused(async () => {
        const path = await noteFile();
        if (path === undefined) return false;
        await mkdir(dirname(path), { recursive: true });
        const handle = await openAppending(path);
        try {
          if (!(await handle.stat()).isFile()) return false;
          await handle.appendFile(`\n${text.trim()}\n`);
          await handle.datasync();
          return true;
        } finally {
          await handle.close();
        }
      }),
  };
};

const openAppending = (path: string) =>
  openUnmoved(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, FILE_MODE);

/** A disk that takes no notes is no reason to end a conversation. */
const unlessRefused = async (work: () => Promise<boolean>): Promise<boolean> => {
  try {
    return await work();
  } catch (thrown) {
    if (isSystemError(thrown)) return false;
    throw thrown;
  }
};
