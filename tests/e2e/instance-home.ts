/** What the local driver keeps of an instance on disk, as an operator would look it up. */

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

export interface InstanceHome {
  readonly directory: string;
  readonly workspace: string;
  readonly config: string;
  /** The gateway's process, from the driver's pid file. */
  pid(): number;
}

/** The one instance of a data directory. */
export const onlyInstance = (dataDir: string): InstanceHome => {
  const root = join(dataDir, "instances");
  const names = readdirSync(root).filter((name) => name.startsWith("ins_"));
  if (names.length !== 1) throw new Error(`${names.length} instances in ${root}`);
  const directory = join(root, names[0] ?? "");
  return {
    directory,
    workspace: join(directory, "koi"),
    config: join(directory, "home", "skykoi.json"),
    pid: () => {
      const file = readdirSync(directory).find((name) => name.endsWith(".pid") || name === "process.json");
      if (!file) throw new Error(`no pid file in ${directory}`);
      return Number(JSON.parse(readFileSync(join(directory, file), "utf8")).pid);
    },
  };
};
