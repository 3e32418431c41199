/** The installed skills of a home, for `koi skills`: it works without a running gateway. */

import { installSkill, installedSkills, planSkill, removeSkill, type PlannedSkill } from "@skykoi/agent/install-skill";

import { managedSkills } from "./managed-skills.ts";

export interface SkillFolder {
  /** Reads everything and writes nothing. Throws INVALID_REQUEST. */
  plan(path: string): Promise<PlannedSkill>;
  /** Resolves to where it is now. */
  install(planned: PlannedSkill): Promise<string>;
  names(): Promise<readonly string[]>;
  /** False when there is none of this name. */
  remove(name: string): Promise<boolean>;
}

export const openSkillFolder = (home: string): SkillFolder => {
  const managed = managedSkills(home);
  return {
    plan: planSkill,
    install: (planned) => installSkill(planned, managed),
    names: () => installedSkills(managed),
    remove: (name) => removeSkill(name, managed),
  };
};
