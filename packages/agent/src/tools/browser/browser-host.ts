/** The life of an agent's browser: started when it is needed, watched while it runs, closed when nobody uses it. */

import { mkdir } from "node:fs/promises";

import type { KeptFile } from "../files/kept-file.ts";
import { createSsrfGuard } from "../web/ssrf-guard.ts";
import { createBrowserSession, type BrowserSession } from "./browser-session.ts";
import { findBrowser } from "./executable.ts";
import { startGuardedProxy, type GuardedProxy } from "./guarded-proxy.ts";
import { browserMemory } from "./process-memory.ts";

/** As in the configuration; what is true when the browser starts holds until it is closed. */
interface BrowserSettings {
  /** Empty: the first Chromium or Chrome that is found. */
  readonly executablePath: string;
  readonly headless: boolean;
  readonly allowPrivateHosts: readonly string[];
}

export interface BrowserHostOptions {
  readonly settings: () => BrowserSettings;
  /** Cookies and the rest of what a browser remembers; only for one browser at a time. */
  readonly profile: string;
  /** PATH, DISPLAY and the like; nothing else of it reaches the browser. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Keeps a file under a free name; `write` gets the real path. */
  readonly save: (name: string, write: (realPath: string) => Promise<unknown>) => Promise<KeptFile>;
  /** Default 5 minutes. */
  readonly idleMs?: number;
  /** Of all its processes together; default 1.5 GB. */
  readonly maxMemoryBytes?: number;
  readonly memoryCheckMs?: number;
  /** Default: from /proc. */
  readonly memory?: (profile: string) => Promise<number>;
}

export interface BrowserHost {
  /** Runs `work` when the work before is done. Throws BrowserMissing when there is no browser. */
  use<T>(work: (session: BrowserSession, proxy: GuardedProxy) => Promise<T>): Promise<T>;
  readonly running: () => boolean;
  close(): Promise<void>;
}

/** Its message is a sentence for the model and the person. */
export class BrowserMissing extends Error {
  override readonly name = "BrowserMissing";
}

const IDLE_MS = 5 * 60_000;
const MEMORY_CHECK_MS = 10_000;
const MAX_MEMORY_BYTES = 1.5e9;
const LAUNCH_TIMEOUT_MS = 30_000;
const PASSED_ON = [
  "PATH",
  "LANG",
  "LC_ALL",
  "TZ",
  "DISPLAY",
  "WAYLAND_DISPLAY",
  "XAUTHORITY",
  "XDG_RUNTIME_DIR",
  "TMPDIR",
];
export const VIEWPORT = { width: 1_280, height: 800 } as const;

interface Running {
  readonly session: BrowserSession;
  readonly proxy: GuardedProxy;
  readonly stop: () => Promise<void>;
}

export const createBrowserHost = (options: BrowserHostOptions): BrowserHost => {
  const {
    idleMs = IDLE_MS,
    maxMemoryBytes = MAX_MEMORY_BYTES,
    memoryCheckMs = MEMORY_CHECK_MS,
    memory = browserMemory,
  } = options;
  let running: Running | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let idleTimer: NodeJS.Timeout | undefined;
  /** What the next user of the browser should know. */
  let farewell: string | undefined;

  const start = async (): Promise<Running> => {
    const settings = options.settings();
    const executable = findBrowser(settings.executablePath, options.env["PATH"]);
    if (!executable.ok) throw new BrowserMissing(executable.reason);
    await mkdir(options.profile, { recursive: true, mode: 0o700 });
    const { chromium } = await import("playwright-core");
    const proxy = await startGuardedProxy(createSsrfGuard({ allowPrivateHosts: settings.allowPrivateHosts }));
    try {
      const context = await chromium.launchPersistentContext(options.profile, {
        executablePath: executable.path,
        headless: settings.headless,
        // Chromium's sandbox does not work for root.
        chromiumSandbox: process.getuid?.() !== 0,
        viewport: VIEWPORT,
        acceptDownloads: true,
        timeout: LAUNCH_TIMEOUT_MS,
        handleSIGHUP: false,
        handleSIGINT: false,
        handleSIGTERM: false,
        // Loopback addresses go through the proxy as well.
        proxy: { server: proxy.url, bypass: "<-loopback>" },
        args: ARGUMENTS,
        env: environment(options),
      });
      const session = createBrowserSession({ context, save: options.save });
      const watch = setInterval(() => void watchMemory(), memoryCheckMs).unref();
      const stop = async (): Promise<void> => {
        clearInterval(watch);
        await context.close().catch(() => undefined);
        await proxy.close();
      };
      const self: Running = { session, proxy, stop };
      context.on("close", () => {
        if (running !== self) return;
        running = undefined;
        farewell = "The browser had ended unexpectedly and was started anew; its tabs are gone.";
        void stop();
      });
      return self;
    } catch (thrown) {
      await proxy.close();
      const [why = ""] = (thrown instanceof Error ? thrown.message : String(thrown)).split("\n");
      throw new BrowserMissing(`The browser ${executable.path} did not start: ${why.slice(0, 300)}`);
    }
  };

  const close = async (reason?: string): Promise<void> => {
    clearTimeout(idleTimer);
    const was = running;
    running = undefined;
    if (was) farewell = reason;
    await was?.stop();
  };

  const watchMemory = async (): Promise<void> => {
    if (!running || (await memory(options.profile)) <= maxMemoryBytes) return;
    const megabytes = Math.round(maxMemoryBytes / 1e6);
    await close(`The browser needed more than ${megabytes} MB of memory and was restarted; open the page again.`);
  };

  const turn = async <T>(work: (session: BrowserSession, proxy: GuardedProxy) => Promise<T>): Promise<T> => {
    clearTimeout(idleTimer);
    running ??= await start();
    const { session, proxy } = running;
    if (farewell !== undefined) session.note(farewell);
    farewell = undefined;
    try {
      return await work(session, proxy);
    } finally {
      idleTimer = setTimeout(() => void close(), idleMs).unref();
    }
  };

  return {
    running: () => running !== undefined,
    close: () => close(),
    use: (work) => {
      const result = queue.then(() => turn(work));
      queue = result.catch(() => undefined);
      return result;
    },
  };
};

const ARGUMENTS = [
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-quic",
  "--disable-sync",
  "--disable-component-update",
  "--disable-background-networking",
  "--no-first-run",
  "--no-default-browser-check",
  "--password-store=basic",
  "--renderer-process-limit=4",
  "--js-flags=--max-old-space-size=512",
  // No way around the proxy for video calls.
  "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
  "--webrtc-ip-handling-policy=disable_non_proxied_udp",
];

const environment = ({ env, profile }: BrowserHostOptions): Record<string, string> => ({
  HOME: profile,
  ...Object.fromEntries(PASSED_ON.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]))),
});
