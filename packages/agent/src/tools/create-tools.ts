/** The agent's tools, built for one workspace. */

import { join } from "node:path";

import { CURATED } from "../memory/note-files.ts";
import type { Tool } from "../port.ts";
import { commandEnvironment, type Environment } from "./exec/environment.ts";
import { openGate, type ExecGate } from "./exec/exec-gate.ts";
import { createExecTool } from "./exec/exec-tool.ts";
import { createEditTool } from "./files/edit-tool.ts";
import { diskFiles, type FileOperations } from "./files/file-operations.ts";
import { createLsTool } from "./files/ls-tool.ts";
import { closedOutsideMain } from "./files/outside-main.ts";
import { createPathGuard, type PathGuard } from "./files/path-guard.ts";
import { createReadTool } from "./files/read-tool.ts";
import { createWriteTool } from "./files/write-tool.ts";
import type { ProcessRegistry } from "./process/process-registry.ts";
import { createProcessTool } from "./process/process-tool.ts";
import { createFindTool } from "./search/find-tool.ts";
import { createGrepTool } from "./search/grep-tool.ts";
import { createImageTool } from "./image/image-tool.ts";
import { createSessionsSendTool, createSessionsSpawnTool } from "./sessions/delegating-tools.ts";
import { createMessageTool } from "./sessions/message-tool.ts";
import type { MessageOperations, SessionOperations } from "./sessions/session-operations.ts";
import {
  createSessionsHistoryTool,
  createSessionsListTool,
  createSessionStatusTool,
} from "./sessions/session-tools.ts";
import { createTtsTool, type TtsSettings } from "./speech/tts-tool.ts";
import { createSsrfGuard } from "./web/ssrf-guard.ts";
import { createWebTools, type WebToolsOptions } from "./web/web-tools.ts";

const EXEC_TIMEOUT_SECONDS = 1_800;
const EXEC_BACKGROUND_MS = 10_000;

export interface CreateToolsOptions {
  /** Absolute path; relative paths of the tools start here. */
  readonly workspace: string;
  /** HOME of commands and the meaning of `~`. Default: the workspace. */
  readonly home?: string;
  /** The gateway's state directory and whatever else file tools may not touch. */
  readonly protectedPaths: readonly string[];
  /** The gateway's environment; commands see only a few names of it. */
  readonly env: Environment;
  /** The commands of an agent: one registry each. */
  readonly processesOf: (agentId: string) => ProcessRegistry;
  readonly execTimeoutSeconds?: number;
  readonly execBackgroundMs?: number;
  /** Default: every command may run. */
  readonly execGate?: ExecGate;
  /** Left out: no web tools. */
  readonly web?: WebToolsOptions;
  /** Made once and not with each configuration: there is one browser for one profile. */
  readonly browser?: Tool;
  /** Made once, as the browser: they share an index. Left out: memory is not searched. */
  readonly memory?: readonly Tool[];
  /** Made once, as they share what was read. Left out: no skills. */
  readonly skills?: Tool;
  /** Left out: no voice. */
  readonly tts?: TtsSettings;
  /** Left out: an agent with one conversation. */
  readonly sessions?: SessionOperations;
  /** Left out: nobody to tell. */
  readonly messages?: MessageOperations;
  readonly files?: FileOperations;
  readonly now?: () => number;
}

export const createTools = (options: CreateToolsOptions): Tool[] => {
  const { workspace, home = workspace, protectedPaths, env, processesOf, files = diskFiles } = options;
  const paths = createPathGuard({ workspace, home, protectedPaths });
  const sharedPaths = createPathGuard({ workspace, home, protectedPaths, ownersPaths: [join(workspace, CURATED)] });
  /** The curated memory is closed to file tools in every session but the owner's main one. */
  const forFiles = (create: (paths: PathGuard) => Tool): Tool => closedOutsideMain(create(paths), create(sharedPaths));
  const environment = commandEnvironment(env, home);
  const searchPath = environment["PATH"] ?? "";
  const guard = createSsrfGuard(options.web?.fetch);
  return [
    forFiles((open) => createReadTool({ paths: open, files })),
    forFiles((open) => createWriteTool({ paths: open, files })),
    forFiles((open) => createEditTool({ paths: open, files })),
    forFiles((open) => createLsTool({ paths: open, files })),
    forFiles((open) => createGrepTool({ paths: open, files, searchPath })),
    forFiles((open) => createFindTool({ paths: open, files, searchPath })),
    createExecTool({
      paths,
      files,
      processesOf,
      gate: options.execGate ?? openGate,
      environment,
      timeoutSeconds: options.execTimeoutSeconds ?? EXEC_TIMEOUT_SECONDS,
      backgroundMs: options.execBackgroundMs ?? EXEC_BACKGROUND_MS,
    }),
    createProcessTool({ processesOf, now: options.now ?? Date.now }),
    ...(options.web ? createWebTools(options.web) : []),
    ...(options.browser ? [options.browser] : []),
    forFiles((open) => createImageTool({ paths: open, files, guard })),
    ...(options.memory ?? []),
    ...(options.skills ? [options.skills] : []),
    ...(options.tts ? [createTtsTool({ ...options.tts, paths, env })] : []),
    ...(options.sessions ? sessionTools(options.sessions) : []),
    ...(options.messages ? [createMessageTool(options.messages)] : []),
  ];
};

const sessionTools = (sessions: SessionOperations): Tool[] => [
  createSessionsListTool(sessions),
  createSessionsHistoryTool(sessions),
  createSessionsSendTool(sessions),
  createSessionsSpawnTool(sessions),
  createSessionStatusTool(sessions),
];
