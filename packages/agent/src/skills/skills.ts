/** The skills of an agent for its turns; what reads them is loaded with the first of them. */

import { join } from "node:path";

import { CURATED } from "../memory/note-files.ts";
import type { Tool } from "../port.ts";
import { commandEnvironment, type Environment } from "../tools/exec/environment.ts";
import { createPathGuard } from "../tools/files/path-guard.ts";
import { createSkillsTool } from "../tools/skills/skills-tool.ts";
import type { FoundSkill, SkillLibrary } from "./skill-library.ts";

export interface SkillsOptions {
  readonly workspace: string;
  /** What no tool may read. */
  readonly protectedPaths: readonly string[];
  /** Where `koi skills install` puts them. */
  readonly managed: string;
  /** Asked at every look. */
  readonly configured: () => readonly string[];
  /** Asked at every look: whether a key of the configuration is set to something. */
  readonly hasConfig: (path: string) => boolean;
  /** The gateway's environment; skills only learn which names are set. */
  readonly env: Environment;
}

export interface Skills {
  readonly tool: Tool;
  list(): Promise<readonly FoundSkill[]>;
  /** Those that can be used, for the prompt. */
  ready(): Promise<readonly { readonly name: string; readonly description: string }[]>;
}

export const createSkills = (options: SkillsOptions): Skills => {
  const { workspace, protectedPaths, managed, configured, hasConfig, env } = options;
  let loading: Promise<SkillLibrary> | undefined;
  const library = (): Promise<SkillLibrary> =>
    (loading ??= import("./skill-library.ts").then(({ createSkillLibrary }) =>
      createSkillLibrary({
        workspace,
        managed,
        configured,
        paths: createPathGuard({
          workspace,
          home: workspace,
          protectedPaths,
          ownersPaths: [join(workspace, CURATED)],
        }),
        host: () => ({
          searchPath: commandEnvironment(env, workspace)["PATH"] ?? "",
          hasEnv: (name) => (env[name] ?? "") !== "",
          hasConfig,
          platform: process.platform,
        }),
      }),
    ));
  const list = async (): Promise<readonly FoundSkill[]> => (await library()).list();

  return {
    tool: createSkillsTool(library),
    list,
    ready: async () =>
      (await list()).flatMap(({ state }) => {
        if (state.kind !== "ready") return [];
        const { name, description } = state.skill;
        return [{ name, description }];
      }),
  };
};
