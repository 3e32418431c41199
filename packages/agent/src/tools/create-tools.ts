/** The agent's tools, built for one workspace. */

import type { Tool } from "../port.ts";
import { commandEnvironment, type Environment } from "./exec/environment.ts";
import { createExecTool } from "./exec/exec-tool.ts";
import { createShell, type Shell } from "./exec/shell.ts";
import { createEditTool } from "./files/edit-tool.ts";
import { diskFiles, type FileOperations } from "./files/file-operations.ts";
import { createLsTool } from "./files/ls-tool.ts";
import { createPathGuard } from "./files/path-guard.ts";
import { createReadTool } from "./files/read-tool.ts";
import { createWriteTool } from "./files/write-tool.ts";

const EXEC_TIMEOUT_SECONDS = 1_800;

export interface CreateToolsOptions {
  /** Absolute path; relative paths of the tools start here. */
  readonly workspace: string;
  /** HOME of commands and the meaning of `~`. Default: the workspace. */
  readonly home?: string;
  /** The gateway's state directory and whatever else file tools may not touch. */
  readonly protectedPaths: readonly string[];
  /** The gateway's environment; commands see only a few names of it. */
  readonly env: Environment;
  readonly execTimeoutSeconds?: number;
  readonly files?: FileOperations;
  readonly shell?: Shell;
}

export const createTools = (options: CreateToolsOptions): Tool[] => {
  const { workspace, home = workspace, protectedPaths, env, files = diskFiles, shell = createShell() } = options;
  const paths = createPathGuard({ workspace, home, protectedPaths });
  return [
    createReadTool({ paths, files }),
    createWriteTool({ paths, files }),
    createEditTool({ paths, files }),
    createLsTool({ paths, files }),
    createExecTool({
      paths,
      files,
      shell,
      environment: commandEnvironment(env, home),
      timeoutSeconds: options.execTimeoutSeconds ?? EXEC_TIMEOUT_SECONDS,
    }),
  ];
};
