/** Names for the tools of servers: `mcp__server__tool`, within what every provider accepts, each of them once. */

import { createHash } from "node:crypto";

const MAX_CHARS = 64;
const MARK_CHARS = 6;

export interface TheirName {
  readonly server: string;
  readonly tool: string;
}

/** In the order of `tools`; a name depends only on its own tool and on whether another one would be called the same. */
export const toolNames = (tools: readonly TheirName[]): string[] => {
  const plain = tools.map(({ server, tool }) => `mcp__${allowed(server)}__${allowed(tool)}`);
  const counts = new Map<string, number>();
  for (const name of plain) counts.set(name, (counts.get(name) ?? 0) + 1);
  return plain.map((name, index) => {
    const { server = "", tool = "" } = tools[index] ?? {};
    if (name.length <= MAX_CHARS && counts.get(name) === 1) return name;
    const mark = createHash("sha256").update(`${server}\0${tool}`).digest("hex").slice(0, MARK_CHARS);
    return `${name.slice(0, MAX_CHARS - MARK_CHARS - 1)}_${mark}`;
  });
};

const allowed = (name: string): string => name.replaceAll(/[^A-Za-z0-9_-]/g, "_");
