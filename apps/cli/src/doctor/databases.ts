/** Whether the databases of a home are whole. */

import { readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { hasErrno } from "@skykoi/fault";

import { bad, ok, warn, type Check } from "./check.ts";

const NAME = "databases";

/** `mayRepair`: no gateway runs, and what is derived may be put aside, to be made again by the next start. */
export const checkDatabases = async (home: string, mayRepair: boolean): Promise<Check[]> => {
  const indexes = await indexPaths(home);
  const checks: Check[] = [];
  const usage = join(home, "usage.db");
  const usageProblem = problemOf(usage);
  if (usageProblem !== undefined) {
    const fix = `Restore it from a backup, or move it away to begin the account of costs anew; limits then start from zero.`;
    checks.push(bad(NAME, `${usage} is damaged: ${usageProblem}`, fix));
  }
  for (const path of indexes) {
    const problem = problemOf(path);
    if (problem === undefined) continue;
    if (mayRepair) {
      for (const part of ["", "-wal", "-shm"]) await moveAside(`${path}${part}`);
      checks.push(warn(NAME, `${path} was damaged and is put aside; it is made again from the transcripts.`));
    } else {
      checks.push(bad(NAME, `${path} is damaged: ${problem}`, "koi doctor --fix, while no gateway runs."));
    }
  }
  return checks.length > 0 ? checks : [ok(NAME, `${indexes.length + 1} looked at.`)];
};

/** Of the sessions of each agent. */
const indexPaths = async (home: string): Promise<string[]> => {
  try {
    const agents = await readdir(join(home, "agents"));
    return agents.map((id) => join(home, "agents", id, "sessions", "index.db"));
  } catch (thrown) {
    if (hasErrno(thrown, "ENOENT")) return [];
    throw thrown;
  }
};

/** One that is not there has no problem. */
const problemOf = (path: string): string | undefined => {
  let database: DatabaseSync;
  try {
    database = new DatabaseSync(path, { readOnly: true });
  } catch {
    return undefined;
  }
  try {
    const row = database.prepare("PRAGMA quick_check(1)").get();
    const answer = String(row?.["quick_check"] ?? "no answer");
    return answer === "ok" ? undefined : answer;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  } finally {
    database.close();
  }
};

const moveAside = async (path: string): Promise<void> => {
  try {
    await rename(path, `${path}.damaged`);
  } catch (thrown) {
    if (!hasErrno(thrown, "ENOENT")) throw thrown;
  }
};
