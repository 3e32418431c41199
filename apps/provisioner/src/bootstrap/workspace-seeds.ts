/** The first files of a workspace: who the agent is, whom it works for, and how it keeps house. */

import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface SeedFile {
  /** Relative to the workspace. */
  readonly path: string;
  readonly text: string;
}

export interface SeedInput {
  readonly agent: { readonly name: string; readonly purpose: string };
  readonly owner: { readonly name: string };
}

const SEEDS = ["AGENTS.md", "SOUL.md", "IDENTITY.md", "USER.md", "TOOLS.md", "HEARTBEAT.md", "memory/README.md"];

const NO_PURPOSE = "Not settled yet. Find out together, and write it down here.";

const read = (path: string): string => readFileSync(join(import.meta.dirname, "workspace-seeds", path), "utf8");

/** Placeholders in the seeds: `{{agent}}`, `{{purpose}}`, `{{owner}}`. What a person typed is inserted as it is. */
export const workspaceSeeds = ({ agent, owner }: SeedInput): SeedFile[] => {
  const values: Readonly<Record<string, string>> = {
    agent: agent.name,
    purpose: agent.purpose.trim() || NO_PURPOSE,
    owner: owner.name.trim() || "the person who created you",
  };
  return SEEDS.map((path) => ({
    path,
    text: read(path).replaceAll(/\{\{(\w+)\}\}/g, (placeholder, name: string) => values[name] ?? placeholder),
  }));
};
