/** The real tools over a workspace of a test, called by name. */

import type { Tool, ToolContext, ToolResult } from "../port.ts";
import { createTools, type CreateToolsOptions } from "../tools/create-tools.ts";
import { ORIGIN, temporaryDirectory } from "./scene.ts";

export interface ToolBench {
  readonly workspace: string;
  readonly tools: readonly Tool[];
  readonly call: (name: string, input: unknown, context?: Partial<ToolContext>) => Promise<ToolResult>;
}

export const toolBench = (options: Partial<CreateToolsOptions> = {}): ToolBench => {
  const workspace = options.workspace ?? temporaryDirectory();
  const tools = createTools({ workspace, protectedPaths: [], env: process.env, ...options });
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
