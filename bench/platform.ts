/** The platform as a person meets it: how long until an agent is ready, and until the page is there again. */

import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { BareNode } from "./bare-node.ts";
import { ROOT, freePort, sleep } from "./processes.ts";
import { printFigures } from "./report.ts";
import { summarize } from "./statistics.ts";

const AGENTS = 5;
const SECOND_STARTS = 3;
const POLL_MS = 10;

interface RunningPlatform {
  readonly child: ChildProcess;
  readonly url: string;
  readonly pageMs: number;
}

/** From `npm start` to the first page that was served. */
const npmStart = async (dataDir: string): Promise<RunningPlatform> => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const startedAt = performance.now();
  const child = spawn("npm", ["start"], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PORT: String(port),
      SKYKOI_DATA_DIR: dataDir,
      SKYKOI_MODEL: "offline/demo",
    },
    stdio: "ignore",
    detached: true,
  });
  while (!(await answers(`${url}/sign-in`))) await sleep(POLL_MS);
  return { child, url, pageMs: performance.now() - startedAt };
};

const answers = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(url)).ok;
  } catch {
    // Not listening yet: that is what is being measured.
    return false;
  }
};

const interrupt = ({ child }: RunningPlatform): Promise<void> =>
  new Promise((resolve) => {
    child.once("exit", () => resolve());
    process.kill(-(child.pid ?? 0), "SIGINT");
  });

const signUp = async (url: string): Promise<string> => {
  const answer = await fetch(`${url}/api/auth/sign-up/email`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      name: "Bench",
      email: `bench-${Date.now()}@example.com`,
      password: "correct horse battery",
    }),
  });
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
};

/** From the request that creates an agent to the first answer that says it is ready. */
const createToReady = async (url: string, cookie: string, name: string): Promise<number> => {
  const startedAt = performance.now();
  const headers = { cookie, "content-type": "application/json" };
  const created = await fetch(`${url}/api/agents`, { method: "POST", headers, body: JSON.stringify({ name }) });
  const { id }: { id: string } = JSON.parse(await created.text());
  for (;;) {
    const view: { phase: string } = JSON.parse(await (await fetch(`${url}/api/agents/${id}`, { headers })).text());
    if (view.phase === "ready") return performance.now() - startedAt;
    if (view.phase === "failed") throw new Error("the agent failed to start");
    await sleep(POLL_MS);
  }
};

export const benchPlatform = async (bare: BareNode): Promise<void> => {
  const dataDir = mkdtempSync(join(tmpdir(), "skykoi-bench-"));
  const first = await npmStart(dataDir);
  const cookie = await signUp(first.url);
  const ready: number[] = [];
  for (let index = 0; index < AGENTS; index++) ready.push(await createToReady(first.url, cookie, `Bench ${index}`));
  await interrupt(first);

  const again: number[] = [];
  for (let run = 0; run < SECOND_STARTS; run++) {
    const platform = await npmStart(dataDir);
    again.push(platform.pageMs);
    await interrupt(platform);
  }
  rmSync(dataDir, { recursive: true, force: true });

  const created = summarize(ready);
  printFigures("Platform", [
    { what: "bare Node: `node -e 0`, p50", value: bare.startMs, unit: "ms" },
    { what: "first `npm start` on an empty data directory to a page", value: first.pageMs, unit: "ms" },
    {
      what: `second \`npm start\` to a page, worst of ${SECOND_STARTS}`,
      value: summarize(again).max,
      unit: "ms",
      goal: 5000,
    },
    { what: `create to ready, local driver, p50 of ${AGENTS}`, value: created.p50, unit: "ms", goal: 2000 },
    { what: "create to ready, worst", value: created.max, unit: "ms", goal: 2000 },
  ]);
};
