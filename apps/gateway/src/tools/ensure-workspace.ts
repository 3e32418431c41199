/** The directory in which the agent works is there before anything is done in it. */

import { mkdir } from "node:fs/promises";

import { fault, hasErrno } from "@skykoi/fault";

/** Created when it is missing. Throws CONFIG_INVALID when something else is in its place or it may not be created. */
export const ensureWorkspace = async (workspace: string): Promise<void> => {
  try {
    await mkdir(workspace, { recursive: true });
  } catch (cause) {
    if (!hasErrno(cause, "EEXIST", "ENOTDIR", "EACCES", "EPERM")) throw cause;
    throw fault("CONFIG_INVALID", {
      message: `The agent's workspace ${workspace} is not a directory it can use.`,
      cause,
    });
  }
};
