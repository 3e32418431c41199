/** What the browser's processes occupy together, read from /proc; elsewhere it is not known. */

import { readFile, readdir } from "node:fs/promises";

const PAGE_BYTES = 4_096;

/** Private memory in bytes of the process whose command line names `profile`, and of all below it. 0 when not known. */
export const browserMemory = async (profile: string): Promise<number> => {
  const processes = new Map<number, { readonly parent: number; readonly bytes: number }>();
  let root: number | undefined;
  const ids = await readdir("/proc").catch(() => []);
  for (const id of ids.filter((name) => /^\d+$/.test(name)).map(Number)) {
    const [stat, statm, command] = await Promise.all(["stat", "statm", "cmdline"].map((file) => read(id, file)));
    if (!stat || !statm) continue;
    // The name in brackets may hold blanks and brackets itself.
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    const [, resident = 0, shared = 0] = statm.split(" ").map(Number);
    processes.set(id, { parent, bytes: Math.max(0, resident - shared) * PAGE_BYTES });
    const parts = command?.split("\0") ?? [];
    if (parts.includes(`--user-data-dir=${profile}`) && !parts.some((part) => part.startsWith("--type="))) root ??= id;
  }
  return root === undefined ? 0 : total(processes, root);
};

const total = (
  processes: ReadonlyMap<number, { readonly parent: number; readonly bytes: number }>,
  root: number,
): number => {
  let sum = 0;
  const family = [root];
  for (let id = family.pop(); id !== undefined; id = family.pop()) {
    sum += processes.get(id)?.bytes ?? 0;
    for (const [child, { parent }] of processes) if (parent === id) family.push(child);
  }
  return sum;
};

/** A process may end while it is read. */
const read = (id: number, file: string): Promise<string | undefined> =>
  readFile(`/proc/${id}/${file}`, "utf8").catch(() => undefined);
