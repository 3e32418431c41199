/** The sub-agents that have not reported yet, on the disk: what a restart takes up again. */

import { readTextIfPresent, writePrivateFile } from "@skykoi/config";
import { toFault } from "@skykoi/fault";
import { compileValidator } from "@skykoi/schema";
import { Type } from "typebox";

import { Subagent } from "./subagent.ts";

export interface SubagentJournal {
  /** Oldest first. */
  all(): readonly Subagent[];
  /** Resolves when it is on disk; one that is known stays as it is. Throws STORAGE_FAILED. */
  add(subagent: Subagent): Promise<void>;
  /** They are not to report. Throws STORAGE_FAILED; they are marked for this life all the same. */
  markStopped(runIds: readonly string[]): Promise<void>;
  /** Throws STORAGE_FAILED; a restart then finds it again, and that its report was made. */
  remove(runId: string): Promise<void>;
}

const Stored = Type.Object({ version: Type.Literal(1), subagents: Type.Array(Subagent) });

export interface SubagentJournalOptions {
  readonly path: string;
  /** The file could not be read: what it held is lost. */
  readonly onCorrupt: () => void;
}

export const openSubagentJournal = async ({ path, onCorrupt }: SubagentJournalOptions): Promise<SubagentJournal> => {
  const text = await readTextIfPresent(path);
  const loaded = text === undefined ? [] : parse(text);
  if (!loaded) onCorrupt();
  const subagents = new Map((loaded ?? []).map((subagent) => [subagent.runId, subagent]));
  let last: Promise<void> = Promise.resolve();

  const saveAfter = async (before: Promise<void>): Promise<void> => {
    await before;
    try {
      await writePrivateFile(path, JSON.stringify({ version: 1, subagents: [...subagents.values()] }));
    } catch (thrown) {
      throw toFault(thrown);
    }
  };
  const save = (): Promise<void> => {
    const writing = saveAfter(last);
    last = writing.catch(() => undefined);
    return writing;
  };

  return {
    all: () => [...subagents.values()],
    add: async (subagent) => {
      if (subagents.has(subagent.runId)) return;
      subagents.set(subagent.runId, subagent);
      try {
        await save();
      } catch (thrown) {
        subagents.delete(subagent.runId);
        throw thrown;
      }
    },
    markStopped: async (runIds) => {
      for (const runId of runIds) {
        const known = subagents.get(runId);
        if (known) subagents.set(runId, { ...known, stopped: true });
      }
      await save();
    },
    remove: async (runId) => {
      if (subagents.delete(runId)) await save();
    },
  };
};

const parse = (text: string): readonly Subagent[] | undefined => {
  try {
    const checked = compileValidator(Stored)(JSON.parse(text));
    return checked.ok ? checked.value.subagents : undefined;
  } catch {
    return undefined;
  }
};
