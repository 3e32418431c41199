/** What of the heartbeats outlives a restart. */

import { readTextIfPresent, writePrivateFile } from "@skykoi/config";
import { toFault } from "@skykoi/fault";
import { compileValidator } from "@skykoi/schema";
import { Type, type Static } from "typebox";

const ms = () => Type.Integer({ minimum: 0 });

const Stored = Type.Object({
  version: Type.Literal(1),
  switchedOn: Type.Boolean(),
  seenAtMs: Type.Optional(ms()),
  beat: Type.Object({ atMs: ms(), tasks: Type.Optional(Type.String()), quiet: ms() }),
});
type StoredHeartbeats = Readonly<Omit<Static<typeof Stored>, "version">>;

/** Undefined where nothing, or nothing that can be read, was kept: the beats count from now. */
export const readHeartbeats = async (path: string): Promise<StoredHeartbeats | undefined> => {
  const text = await readTextIfPresent(path);
  if (text === undefined) return undefined;
  try {
    const checked = compileValidator(Stored)(JSON.parse(text));
    return checked.ok ? checked.value : undefined;
  } catch {
    return undefined;
  }
};

/** Throws STORAGE_FAILED. */
export const writeHeartbeats = async (
  path: string,
  { switchedOn, seenAtMs, beat }: StoredHeartbeats,
): Promise<void> => {
  const content = { version: 1, switchedOn, ...(seenAtMs !== undefined && { seenAtMs }), beat };
  try {
    await writePrivateFile(path, JSON.stringify(content));
  } catch (thrown) {
    throw toFault(thrown);
  }
};
