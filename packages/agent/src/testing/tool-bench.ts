/** The real tools over a workspace of a test, called by name. */

import { join } from "node:path";

import { onTestFinished } from "vitest";

import type { Tool, ToolContext, ToolResult } from "../port.ts";
import { createTools, type CreateToolsOptions } from "../tools/create-tools.ts";
import {
  createProcessRegistry,
  type ProcessRegistry,
  type ProcessRegistryOptions,
} from "../tools/process/process-registry.ts";
import { ORIGIN, temporaryDirectory } from "./scene.ts";

export interface ToolBench {
  readonly workspace: string;
  readonly tools: readonly Tool[];
  readonly call: (name: string, input: unknown, context?: Partial<ToolContext>) => Promise<ToolResult>;
}

/** A registry of its own that leaves nothing running when the test is over. */
export const testProcesses = (options: Partial<ProcessRegistryOptions> = {}): ProcessRegistry => {
  const directory = join(temporaryDirectory(), "processes");
  const processes = createProcessRegistry({ directory, killGraceMs: 200, ...options });
  onTestFinished(() => processes.close());
  return processes;
};

export const testTools = (options: Partial<CreateToolsOptions> & { readonly workspace: string }): Tool[] => {
  const processes = testProcesses();
  return createTools({ protectedPaths: [], env: process.env, processesOf: () => processes, ...options });
};

export const toolBench = (options: Partial<CreateToolsOptions> = {}): ToolBench => {
  const workspace = options.workspace ?? temporaryDirectory();
  const tools = testTools({ ...options, workspace });
  return {
    workspace,
    tools,
    call: async (name, input, context = {}) => {
      const tool = tools.find((candidate) => candidate.name === name);
      if (!tool) throw new Error(`no tool ${name}`);
      const standard = { run: ORIGIN, toolCallId: `call_${name}`, signal: new AbortController().signal };
      return tool.execute(input, { ...standard, update: () => undefined, ...context });
    },
  };
};
