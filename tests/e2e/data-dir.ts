/** Data directories of their own for each SkyKoi under test, and where they come from. */

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openDatabase } from "@skykoi/control";
import { silentLogger } from "@skykoi/log";

const TEMPLATE = "SKYKOI_E2E_TEMPLATE";

/** Nothing in it: the start creates everything, as for a new person. */
export const emptyDataDir = (): string => mkdtempSync(join(tmpdir(), "skykoi-e2e-"));

/** With an empty, migrated database, which saves each start the seconds of creating one. */
export const newDataDir = (): string => {
  const dataDir = emptyDataDir();
  const template = process.env[TEMPLATE];
  if (!template) throw new Error(`${TEMPLATE} is not set: the suite's set-up has not run`);
  cpSync(join(template, "cluster"), join(dataDir, "database", "cluster"), { recursive: true });
  return dataDir;
};

export const removeDataDir = (dataDir: string): void =>
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });

/** Set-up of the suite: one database, created once and copied by every start. */
export default async function createTemplate(): Promise<() => void> {
  const template = mkdtempSync(join(tmpdir(), "skykoi-e2e-template-"));
  const database = await openDatabase({ dataDir: template, log: silentLogger });
  await database.close();
  process.env[TEMPLATE] = template;
  return () => removeDataDir(template);
}
