/** The agent's skills as the gateway knows them: where they are, and what the configuration says. */

import { createSkills, type Skills } from "@skykoi/agent";

import type { LiveConfig } from "../live-config.ts";
import { managedSkills } from "./managed-skills.ts";

export interface AgentSkillsOptions {
  readonly config: LiveConfig;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** One look at the folders serves the runs that follow each other closely; a new skill is offered this much later. */
const FRESH_MS = 2_000;

/** Those of one workspace are made once, so that what was read is not read again. */
export const createAgentSkills = (options: AgentSkillsOptions): ((workspace: string) => Skills) => {
  const made = new Map<string, Skills>();
  return (workspace) => {
    const known = made.get(workspace);
    if (known) return known;
    const skills = sharingLooks(skillsIn(options, workspace), options.now);
    made.set(workspace, skills);
    return skills;
  };
};

const skillsIn = ({ config, home, env }: AgentSkillsOptions, workspace: string): Skills =>
  createSkills({
    workspace,
    protectedPaths: [home],
    managed: managedSkills(home),
    configured: () => config.current().skills.dirs,
    hasConfig: (path) => Boolean(path.split(".").reduce<unknown>(valueAt, config.current())),
    env,
  });

const valueAt = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? Object.entries(value).find(([name]) => name === key)?.[1] : undefined;

const sharingLooks = (skills: Skills, now: () => number): Skills => {
  let last: { readonly at: number; readonly ready: ReturnType<Skills["ready"]> } | undefined;
  return {
    ...skills,
    ready: async () => {
      const at = now();
      if (last && at >= last.at && at - last.at < FRESH_MS) return last.ready;
      const look = { at, ready: skills.ready() };
      last = look;
      try {
        return await look.ready;
      } catch (thrown) {
        if (last === look) last = undefined;
        throw thrown;
      }
    },
  };
};
