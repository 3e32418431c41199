import { once } from "node:events";
import { access, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { join } from "node:path";

import { afterEach, describe, expect, it, vi } from "vitest";

import { createKoiHome, type KoiHome, type KoiProcess } from "../testing/koi-process.ts";

const TOKEN = "enr_secret-of-this-test";
const CONFIG = '{ gateway: { mode: "local", port: 0, auth: { token: "from-the-platform" } } }';

interface Asked {
  readonly path: string;
  readonly token: string | undefined;
  readonly body: unknown;
}

interface Platform {
  readonly url: string;
  readonly asked: Asked[];
  stop(): Promise<void>;
}

/** Answers with a status, or with a body and 200. */
type Answers = Readonly<Record<string, (count: number) => number | object>>;

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const startPlatform = async (answers: Answers): Promise<Platform> => {
  const asked: Asked[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const path = (request.url ?? "").replace("/api/enrol/", "");
      asked.push({ path, token: request.headers.authorization, body: JSON.parse(Buffer.concat(chunks).toString()) });
      const count = asked.filter((other) => other.path === path).length;
      const answer = answers[path]?.(count) ?? 204;
      response.writeHead(typeof answer === "number" ? answer : 200, { "content-type": "application/json" });
      response.end(typeof answer === "number" ? "" : JSON.stringify(answer));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  closing.push(stop);
  return { url: `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`, asked, stop };
};

const enrolling = async (url: string): Promise<KoiHome> => {
  const home = await createKoiHome();
  closing.push(home.remove);
  await writeFile(join(home.home, "enrolment.json"), JSON.stringify({ url, token: TOKEN }), { mode: 0o600 });
  return home;
};

const grantFor = (home: KoiHome, config = CONFIG) => ({
  instanceId: "ins_1",
  config,
  workspace: {
    directory: join(home.home, "koi"),
    files: [
      { path: "SOUL.md", text: "# Soul" },
      { path: "memory/README.md", text: "# Memory" },
    ],
  },
});

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
const listens = (koi: KoiProcess) => koi.printed(/listening on (\S+)/);

describe("koi instance run", () => {
  it("fetches its configuration and workspace, starts, reports, and forgets the token", async () => {
    let grant: object = {};
    const platform = await startPlatform({ exchange: () => grant });
    const home = await enrolling(platform.url);
    grant = grantFor(home);
    await mkdir(join(home.home, "koi"));
    await writeFile(join(home.home, "koi", "SOUL.md"), "mine");

    const koi = home.run("instance", "run");
    const [, url] = await listens(koi);
    await vi.waitFor(async () => expect(await exists(join(home.home, "enrolment.json"))).toBe(false), 10_000);

    expect(platform.asked.map(({ path, token }) => [path, token])).toEqual(
      ["exchange", "progress", "progress", "progress", "complete"].map((path) => [path, `Bearer ${TOKEN}`]),
    );
    expect(platform.asked.slice(1, 4).map(({ body }) => body)).toEqual(
      ["config", "workspace", "service"].map((step) => expect.objectContaining({ step, state: "done" })),
    );
    expect(platform.asked[4]?.body).toEqual({ gatewayVersion: expect.any(String), gatewayUrl: url });
    expect(await readFile(join(home.home, "skykoi.json"), "utf8")).toBe(CONFIG);
    expect((await stat(join(home.home, "skykoi.json"))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(home.home, "koi", "SOUL.md"), "utf8")).toBe("mine");
    expect(await readFile(join(home.home, "koi", "memory", "README.md"), "utf8")).toBe("# Memory");
    expect(koi.stdout() + koi.stderr()).not.toContain(TOKEN);

    koi.child.kill("SIGTERM");
    expect(await koi.ended).toBe(0);
  });

  it("ends with 3 and one line when the token is refused, and leaves an earlier configuration alone", async () => {
    const platform = await startPlatform({ exchange: () => 401 });
    const home = await enrolling(platform.url);
    await writeFile(join(home.home, "skykoi.json"), CONFIG);
    const koi = home.run("instance", "run");
    expect(await koi.ended).toBe(3);
    expect(koi.stderr()).toBe("koi: The enrolment token is wrong, used or expired.\n");
    expect(platform.asked).toHaveLength(1);
    expect(await readFile(join(home.home, "skykoi.json"), "utf8")).toBe(CONFIG);
  });

  it("tries again while the platform is not able to answer", async () => {
    let grant: object = {};
    const platform = await startPlatform({
      exchange: (count) => (count === 1 ? 503 : grant),
      complete: (count) => (count < 3 ? 503 : 204),
    });
    const home = await enrolling(platform.url);
    grant = grantFor(home);
    await listens(home.run("instance", "run"));
    await vi.waitFor(async () => expect(await exists(join(home.home, "enrolment.json"))).toBe(false), 10_000);
    expect(platform.asked.filter(({ path }) => path === "exchange")).toHaveLength(2);
    expect(platform.asked.filter(({ path }) => path === "complete")).toHaveLength(3);
  });

  it("can be stopped while it waits for the platform to take its report", async () => {
    let grant: object = {};
    const platform = await startPlatform({ exchange: () => grant, complete: () => 503 });
    const home = await enrolling(platform.url);
    grant = grantFor(home);
    const koi = home.run("instance", "run");
    await vi.waitFor(() => expect(platform.asked.some(({ path }) => path === "complete")).toBe(true), 10_000);
    koi.child.kill("SIGTERM");
    expect(await koi.ended).toBe(0);
    expect(await exists(join(home.home, "enrolment.json"))).toBe(true);
  });

  it("ends with 6 and writes nothing when the platform's configuration is not valid, and tells the platform", async () => {
    let grant: object = {};
    const platform = await startPlatform({ exchange: () => grant });
    const home = await enrolling(platform.url);
    grant = grantFor(home, '{ gateway: { mode: "local", prot: 1 } }');
    const koi = home.run("instance", "run");
    expect(await koi.ended).toBe(6);
    expect(koi.stderr()).toMatch(/^koi: The configuration from the platform is not valid: line 1: gateway\.prot .*\n$/);
    expect(await exists(join(home.home, "skykoi.json"))).toBe(false);
    expect(platform.asked[1]?.body).toMatchObject({ step: "config", state: "failed" });
  });

  it("refuses a workspace file that points outside of the workspace", async () => {
    let grant: object = {};
    const platform = await startPlatform({ exchange: () => grant });
    const home = await enrolling(platform.url);
    const files = [{ path: "../outside.md", text: "x" }];
    grant = { ...grantFor(home), workspace: { directory: join(home.home, "koi"), files } };
    const koi = home.run("instance", "run");
    expect(await koi.ended).toBe(3);
    expect(await exists(join(home.home, "outside.md"))).toBe(false);
  });

  it("simply runs the gateway when it is enrolled", async () => {
    const home = await createKoiHome();
    closing.push(home.remove);
    await writeFile(join(home.home, "skykoi.json"), CONFIG);
    await listens(home.run("instance", "run"));
  });
});
