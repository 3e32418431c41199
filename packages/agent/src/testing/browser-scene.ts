/** A real browser, a web site on this machine that it may open, and a workspace, for tests of the browser tool. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { ToolContext, ToolResult } from "../port.ts";
import { createBrowserTool, type BrowserToolOptions } from "../tools/browser/browser-tool.ts";
import { createPathGuard } from "../tools/files/path-guard.ts";
import { ORIGIN } from "./scene.ts";
import type { Handler } from "./web-site.ts";

export interface BrowserScene {
  readonly origin: string;
  readonly workspace: string;
  readonly profile: string;
  /** A file that tools may not touch. */
  readonly protectedPath: string;
  serve(path: string, handler: Handler | string): void;
  act(input: object, context?: Partial<ToolContext>): Promise<ToolResult>;
  /** How many processes the browser has. */
  processes(): number;
  close(): Promise<void>;
}

type SceneOptions = Partial<BrowserToolOptions> & { readonly executablePath?: string };

export const browserScene = async ({ executablePath = "", ...options }: SceneOptions): Promise<BrowserScene> => {
  const directory = mkdtempSync(join(tmpdir(), "skykoi-browser-"));
  const workspace = join(directory, "workspace");
  const state = join(directory, "state");
  const handlers = new Map<string, Handler | string>();
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += chunk));
    request.on("end", () => {
      const handler = handlers.get(request.url ?? "");
      if (typeof handler === "function") return handler(request, response, body);
      response.writeHead(handler === undefined ? 404 : 200, { "content-type": "text/html; charset=utf-8" });
      response.end(handler ?? "");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const host = `127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  const tool = createBrowserTool({
    settings: () => ({ executablePath, headless: true, allowPrivateHosts: [host] }),
    profiles: state,
    env: process.env,
    paths: createPathGuard({ workspace, home: workspace, protectedPaths: [state] }),
    ...options,
  });
  const profile = join(state, ORIGIN.agentId, "browser");
  return {
    origin: `http://${host}`,
    workspace,
    profile,
    protectedPath: join(state, "secret"),
    serve: (path, handler) => void handlers.set(path, handler),
    act: (input, context = {}) => {
      const signal = new AbortController().signal;
      return tool.execute(input, { run: ORIGIN, toolCallId: "c", signal, update: () => undefined, ...context });
    },
    processes: () => readdirSync("/proc").filter((id) => /^\d+$/.test(id) && commandOf(id).includes(profile)).length,
    close: async () => {
      await tool.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
};

const commandOf = (id: string): string => {
  try {
    return readFileSync(`/proc/${id}/cmdline`, "utf8");
  } catch {
    // It has ended in the meantime.
    return "";
  }
};
