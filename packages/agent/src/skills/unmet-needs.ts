/** What a skill needs and this machine does not have. */

import { accessSync, constants, statSync } from "node:fs";
import { join } from "node:path";

import type { SkillNeeds } from "./skill-file.ts";

export interface SkillHost {
  /** Of commands: where programs are looked for. */
  readonly searchPath: string;
  /** Whether a variable of the gateway's environment is set. */
  readonly hasEnv: (name: string) => boolean;
  /** Whether a key of the configuration is set to something. */
  readonly hasConfig: (path: string) => boolean;
  /** As `process.platform`. */
  readonly platform: string;
}

/** Sentences without their full stop; empty when nothing is missing. */
export const unmetNeeds = ({ bins, anyBins, env, config, os }: SkillNeeds, host: SkillHost): string[] => {
  const isMissing = (program: string): boolean => !hasProgram(program, host.searchPath);
  return [
    ...bins.filter(isMissing).map((program) => `the program ${program} is not installed`),
    ...(anyBins.length > 0 && anyBins.every(isMissing) ? [`none of ${anyBins.join(", ")} is installed`] : []),
    ...env.filter((name) => !host.hasEnv(name)).map((name) => `the variable ${name} is not set`),
    ...config.filter((path) => !host.hasConfig(path)).map((path) => `${path} is not set in skykoi.json`),
    ...(os.length > 0 && !os.includes(host.platform) ? [`it is for ${os.join(", ")}`] : []),
  ];
};

const hasProgram = (program: string, searchPath: string): boolean => {
  if (!/^[\w.+-]+$/.test(program)) return false;
  return searchPath.split(":").some((directory) => {
    try {
      const path = join(directory, program);
      accessSync(path, constants.X_OK);
      return statSync(path).isFile();
    } catch {
      return false;
    }
  });
};
