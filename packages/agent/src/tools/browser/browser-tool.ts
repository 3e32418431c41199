/** `browser`: a real Chromium for pages that need scripts, a login, or somebody to click. */

import { join } from "node:path";

import type { Static } from "typebox";

import type { Tool, ToolContext, ToolResult } from "../../port.ts";
import { defineTool, failed } from "../define-tool.ts";
import { keepBytes, keepFile, type KeptFile } from "../files/kept-file.ts";
import type { PathGuard } from "../files/path-guard.ts";
import type { BrowserHost, BrowserHostOptions } from "./browser-host.ts";
import { BrowserInput } from "./browser-input.ts";

export interface BrowserToolOptions extends Omit<BrowserHostOptions, "save" | "profile"> {
  /** Directory for the profiles, one for each agent. */
  readonly profiles: string;
  readonly paths: PathGuard;
  readonly navigationTimeoutMs?: number;
  readonly actionTimeoutMs?: number;
}

const NAVIGATION_TIMEOUT_MS = 30_000;
const ACTION_TIMEOUT_MS = 10_000;
/** A short look after each action; `snapshot` gives more. */
const GLANCE_CHARS = 8_000;
const SNAPSHOT_CHARS = 30_000;
/** Where downloads, screenshots and PDFs go, in the workspace. */
const DOWNLOADS = "downloads";

/** Closes the browsers of all agents; the next action would start one again. */
export interface BrowserTool extends Tool {
  close(): Promise<void>;
}

export const createBrowserTool = (options: BrowserToolOptions): BrowserTool => {
  const hosts = new Map<string, Promise<BrowserHost>>();
  const hostOf = (agentId: string): Promise<BrowserHost> => {
    const known = hosts.get(agentId);
    if (known) return known;
    const host = load(options, agentId);
    hosts.set(agentId, host);
    return host;
  };

  const tool = defineTool({
    name: "browser",
    description:
      "Use a real web browser: navigate to a page, read its snapshot (elements have refs like e12), act on refs, take screenshots. Most actions answer with the page as it is then. Downloads, screenshots and PDFs are saved in downloads/.",
    input: BrowserInput,
    title,
    execute: async (input, context) => {
      const host = await hostOf(context.run.agentId);
      return stoppable(context.signal, perform(options, host, input, context));
    },
  });
  const close = async (): Promise<void> => {
    const started = await Promise.all(hosts.values());
    await Promise.all(started.map((host) => host.close()));
  };
  return { ...tool, close };
};

const load = async (options: BrowserToolOptions, agentId: string): Promise<BrowserHost> => {
  const { createBrowserHost } = await import("./browser-host.ts");
  const save = async (name: string, write: (realPath: string) => Promise<unknown>): Promise<KeptFile> =>
    keepFile({ paths: options.paths, directory: DOWNLOADS, name }, write);
  return createBrowserHost({ ...options, profile: join(options.profiles, agentId, "browser"), save });
};

const perform = async (
  options: BrowserToolOptions,
  host: BrowserHost,
  input: Static<typeof BrowserInput>,
  { run, signal }: ToolContext,
): Promise<ToolResult> => {
  const [{ ACTIONS, ActionRefused }, { BrowserMissing }, { snapshot }] = await Promise.all([
    import("./browser-actions.ts"),
    import("./browser-host.ts"),
    import("./snapshot.ts"),
  ]);
  const { navigationTimeoutMs = NAVIGATION_TIMEOUT_MS, actionTimeoutMs = ACTION_TIMEOUT_MS } = options;
  const path = async (name: string): Promise<string> => {
    const resolved = await options.paths.resolve(name);
    if (!resolved.ok) throw new ActionRefused(resolved.reason);
    return resolved.path;
  };
  try {
    return await host.use(async (session, proxy): Promise<ToolResult> => {
      if (signal.aborted) return failed(STOPPED);
      const { allowPrivateHosts } = options.settings();
      const keep = async (name: string, bytes: Uint8Array): Promise<string> =>
        (await keepBytes({ paths: options.paths, directory: DOWNLOADS, name }, bytes)).path;
      const { sessionKey } = run;
      let text: string;
      let images: ToolResult["images"];
      let isError = false;
      let show = true;
      try {
        const context = {
          session,
          proxy,
          sessionKey,
          allowPrivateHosts,
          navigationTimeoutMs,
          actionTimeoutMs,
          path,
          keep,
        };
        ({ text, images, show } = await ACTIONS[input.action](input, context));
      } catch (thrown) {
        isError = true;
        show = !(thrown instanceof ActionRefused);
        text = thrown instanceof ActionRefused ? thrown.message : actionFailure(thrown, input, actionTimeoutMs);
      }
      const maxChars = input.action === "snapshot" ? SNAPSHOT_CHARS : GLANCE_CHARS;
      const page = host.running() && show ? await session.current(sessionKey) : undefined;
      const view = page ? await snapshot(page, { offset: input.offset ?? 0, maxChars }) : "";
      const notes = session.takeNotes();
      const whole = [text, ...notes, view].filter((piece) => piece !== "").join("\n");
      return { text: whole, isError, ...(images ? { images } : {}) };
    });
  } catch (thrown) {
    if (thrown instanceof BrowserMissing) return failed(thrown.message);
    return failed(`The browser ended while it was used: ${firstLine(thrown)}. The next action starts it anew.`);
  }
};

const actionFailure = (thrown: unknown, { action, ref }: Static<typeof BrowserInput>, timeoutMs: number): string => {
  const message = firstLine(thrown);
  if (/timeout/i.test(message) && ref !== undefined) {
    return `${action} on ${ref} was not possible within ${timeoutMs / 1_000} seconds: there is no such element any more, or it is covered or disabled. The page now:`;
  }
  if (/timeout/i.test(message)) return `${action} was not possible in time. The page now:`;
  if (/aria-ref|not found/i.test(message)) return `There is no element ${ref} in the last snapshot. The page now:`;
  return `${action} failed: ${message}`;
};

const firstLine = (thrown: unknown): string =>
  (thrown instanceof Error ? thrown.message : String(thrown))
    .split("\n", 1)
    .join("")
    .replace(/^\w+(\.\w+)*: /, "")
    .slice(0, 300);

const STOPPED = "Stopped before it was finished.";

/** The run does not wait for a page that is stopped; the browser finishes the action by its own time limit. */
const stoppable = async (signal: AbortSignal, work: Promise<ToolResult>): Promise<ToolResult> => {
  const { promise, resolve } = Promise.withResolvers<ToolResult>();
  const onAbort = (): void => resolve(failed(STOPPED));
  if (signal.aborted) return failed(STOPPED);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
};

const title = ({ action, url, ref, text, key, expression, tab }: Static<typeof BrowserInput>): string => {
  switch (action) {
    case "navigate":
    case "download":
      return `${action === "navigate" ? "open" : "download"} ${url ?? ref ?? ""} in the browser`;
    case "press":
      return `press ${key ?? ""} in the browser`;
    case "wait":
      return `wait for ${text === undefined ? "the page" : `"${text}"`}`;
    case "evaluate":
      return `run a script in the page: ${expression ?? ""}`;
    case "tabs":
      return tab === undefined ? "list the tabs of the browser" : `go to tab ${tab} of the browser`;
    case "snapshot":
      return "read the page in the browser";
    case "screenshot":
      return "take a screenshot of the page";
    case "pdf":
      return "print the page as PDF";
    default:
      return ref === undefined ? `${action} in the browser` : `${action} ${ref} in the browser`;
  }
};
