/** The key that encrypts gateway tokens and signs sessions: from the environment, or made once and kept 0600. */

import { randomBytes } from "node:crypto";
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { fault } from "@skykoi/fault";

const KEY_FILE = "secret.key";
const KEY_FORM = /^[0-9a-f]{64}$/i;

/** 64 hexadecimal digits. Throws DATA_DIR_CORRUPT when the kept key is damaged: nothing could be decrypted. */
export const loadSecretKey = (dataDir: string, configured: string | undefined): string => {
  if (configured) return configured;
  const file = join(dataDir, KEY_FILE);
  if (!existsSync(file)) createKey(file);
  const key = readFileSync(file, "utf8").trim();
  if (!KEY_FORM.test(key)) {
    throw fault("DATA_DIR_CORRUPT", {
      message: `${file} is damaged: it must hold 64 hexadecimal digits. Restore it from a backup; without it the stored secrets cannot be read.`,
    });
  }
  return key;
};

/** Complete or not there at all: the file appears under its name only when it is written. */
const createKey = (file: string): void => {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${randomBytes(32).toString("hex")}\n`, { mode: 0o600, flush: true });
  linkSync(draft, file);
  rmSync(draft);
};
