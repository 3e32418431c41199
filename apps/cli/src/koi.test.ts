import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { chmod, readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";

import { afterEach, describe, expect, it } from "vitest";

import { createKoiHome, type KoiHome, type KoiProcess } from "./testing/koi-process.ts";

const homes: KoiHome[] = [];
afterEach(async () => {
  for (const home of homes.splice(0)) await home.remove();
});

const newHome = async (env?: Readonly<Record<string, string>>): Promise<KoiHome> => {
  const home = await createKoiHome(env);
  homes.push(home);
  return home;
};

const outcome = async (koi: KoiProcess) => ({ code: await koi.ended, out: koi.stdout(), err: koi.stderr() });

const listening = async (koi: KoiProcess): Promise<string> =>
  (await koi.printed(/^Koi gateway listening on (ws:\/\/127\.0\.0\.1:\d+)$/m))[1] ?? "";

describe("koi", () => {
  it("says its version and how it is used", async () => {
    const { run } = await newHome();
    const [versioned, helped] = await Promise.all([outcome(run("--version")), outcome(run("help"))]);
    expect(versioned).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\S*\n$/), err: "" });
    expect(helped).toMatchObject({ code: 0, out: expect.stringContaining("koi gateway run"), err: "" });
  });

  it.each([
    [["gatewy", "run"], /"gatewy run" is not a command/],
    [["gateway", "run", "--prot", "1"], /Unknown option '--prot'/],
    [["gateway", "run", "--port", "http"], /--port must be a number/],
    [["gateway", "call", "helth"], /"helth" is not a method/],
    [["gateway", "call", "health", "--params", "{"], /--params must be JSON/],
  ])("answers %j with one line and exit code 2", async (words, expected) => {
    const { code, out, err } = await outcome((await newHome()).run(...words));
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(expected);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
  });
});

describe("koi gateway run", () => {
  it("makes a token for a home that has none, answers calls, and ends in order on SIGTERM", async () => {
    const { home, run } = await newHome({ SKYKOI_GATEWAY_PORT: "0" });
    const gateway = run("gateway", "run");
    const url = await listening(gateway);
    const path = join(home, "skykoi.json");
    expect(gateway.stdout()).toContain(`Wrote ${path} with a new token.`);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(`${path}.last-good`, "utf8")).toBe(await readFile(path, "utf8"));

    const token = /token: "(gwt_[^"]+)"/.exec(await readFile(path, "utf8"))?.[1] ?? "";
    expect(gateway.stdout() + gateway.stderr()).not.toContain(token);

    const [called, wrong] = await Promise.all([
      outcome(run("gateway", "call", "health", "--url", url, "--json")),
      outcome(run("gateway", "call", "health", "--url", url, "--token", "wrong", "--json")),
    ]);
    expect({ code: called.code, health: JSON.parse(called.out) }).toMatchObject({ code: 0, health: { ok: true } });
    expect({ code: wrong.code, ...JSON.parse(wrong.out) }).toMatchObject({
      code: 1,
      error: { code: "UNAUTHENTICATED" },
    });

    gateway.child.kill("SIGTERM");
    expect(await gateway.ended).toBe(0);
  });

  it("refuses a home that another gateway uses, with exit code 5", async () => {
    const { run } = await newHome();
    await listening(run("gateway", "run", "--port", "0", "--token", "t"));
    const { code, err } = await outcome(run("gateway", "run", "--port", "0", "--token", "t"));
    expect({ code, lines: err.trimEnd().split("\n").length }).toEqual({ code: 5, lines: 1 });
    expect(err).toMatch(/^koi: .* is already in use by a Koi gateway \(process \d+\)/);
  });

  it("refuses a port that is in use, with exit code 4", async () => {
    const blocker = createServer().listen(0, "127.0.0.1");
    await once(blocker, "listening");
    const address = blocker.address();
    const port = typeof address === "object" && address ? String(address.port) : "";
    const { code, err } = await outcome((await newHome()).run("gateway", "run", "--port", port, "--token", "t"));
    blocker.close();
    expect(code).toBe(4);
    expect(
      err
        .trimEnd()
        .split("\n")
        .filter((line) => line.startsWith("koi: ")),
    ).toEqual([expect.stringContaining(port)]);
  });

  it("refuses a broken skykoi.json without a last good one, with exit code 6; doctor lists all of it", async () => {
    const { home, run } = await newHome();
    await writeFile(join(home, "skykoi.json"), '{\n  gateway: { mode: "local",\n    prot: 1,\n    bind: "wan" } }\n');
    const [started, examined] = await Promise.all([outcome(run("gateway", "run")), outcome(run("doctor"))]);
    expect({ code: started.code, lines: started.err.trimEnd().split("\n").length }).toEqual({ code: 6, lines: 1 });
    expect(started.err).toContain('line 3: gateway.prot is not a known field; did you mean "port"?');
    expect(examined.code).toBe(6);
    expect(examined.err).toContain("line 3: gateway.prot");
    expect(examined.err).toContain("line 4: gateway.bind");
    expect(examined.err).toContain("The gateway cannot start until this is corrected.");
  });

  it("goes on with the last good configuration after a broken edit, and says so in its health", async () => {
    const { home, run } = await newHome();
    const path = join(home, "skykoi.json");
    const text = '{ gateway: { mode: "local", port: 0, auth: { token: "t" } } }';
    await writeFile(path, "{ gateway:");
    await writeFile(`${path}.last-good`, text);
    const url = await listening(run("gateway", "run"));
    const health = await outcome(run("gateway", "call", "health", "--url", url, "--token", "t", "--json"));
    expect(JSON.parse(health.out)).toMatchObject({
      status: "degraded",
      reasons: [expect.stringContaining("The last configuration that started is in use.")],
    });
  });
});

describe("koi gateway call", () => {
  it("says in one line where no gateway answers", async () => {
    const { run } = await newHome();
    const { code, err } = await outcome(run("gateway", "call", "health", "--url", "ws://127.0.0.1:1", "--token", "t"));
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(/^koi: No gateway answers at ws:\/\/127\.0\.0\.1:1 \(.*ECONNREFUSED.*\)\.\n$/),
    });
  });
});

describe("koi at a running gateway", () => {
  it("tells status, sessions and models, and has one answer for a message", async () => {
    const { run } = await newHome({ SKYKOI_GATEWAY_PORT: "0", HOME: "/nonexistent" });
    const gateway = run("gateway", "run", "--token", "gwt_test_0123456789");
    const address = ["--url", await listening(gateway), "--token", "gwt_test_0123456789"];

    const answer = await outcome(run("chat", "--message", "help", "--json", ...address));
    expect(answer.code).toBe(0);
    expect(JSON.parse(answer.out)).toMatchObject({ sessionKey: "agent:main:main", message: { role: "assistant" } });
    const [status, sessions, models] = await Promise.all(
      ["gateway status", "sessions", "models"].map((words) => outcome(run(...words.split(" "), ...address))),
    );
    expect(status).toMatchObject({ code: 0, out: expect.stringMatching(/^health +\w+$/m), err: "" });
    expect(sessions).toMatchObject({ code: 0, out: expect.stringContaining("agent:main:main"), err: "" });
    expect(models).toMatchObject({ code: 0, out: expect.stringContaining("offline/demo"), err: "" });
  }, 60_000);

  it("says in JSON why it failed when JSON was asked for", async () => {
    const { run } = await newHome();
    const answer = await outcome(run("gateway", "status", "--json", "--url", "ws://127.0.0.1:9", "--token", "x"));
    expect(answer).toMatchObject({ code: 1, err: "" });
    expect(JSON.parse(answer.out)).toMatchObject({ error: { code: "AGENT_UNREACHABLE" } });
  });
});

describe("koi completion", () => {
  it("offers the next word and the options of a command", async () => {
    const { run } = await newHome();
    const script = (await outcome(run("completion", "bash"))).out;
    const complete = (...words: string[]) =>
      execFileSync("bash", [
        "-c",
        `${script}\nCOMP_WORDS=(koi ${words.map((word) => `"${word}"`).join(" ")}); COMP_CWORD=${words.length}; _koi; echo "\${COMPREPLY[@]}"`,
      ])
        .toString()
        .trim()
        .split(" ");
    expect(complete("gateway", "")).toEqual(expect.arrayContaining(["run", "call", "status"]));
    expect(complete("chat", "--")).toEqual(expect.arrayContaining(["--session", "--message", "--json"]));
  });
});

describe("koi logs", () => {
  it("prints the log of a running gateway, follows it, and reads the file of one that does not run", async () => {
    const { run } = await newHome({ SKYKOI_GATEWAY_PORT: "0" });
    const gateway = run("gateway", "run");
    const url = await listening(gateway);
    const printed = await outcome(run("logs", "--url", url));
    expect(printed).toMatchObject({ code: 0, out: expect.stringMatching(/info +gateway: listening port=\d+/) });

    const followed = run("logs", "-f", "--json", "--url", url);
    const connected = await followed.printed(/^(\{.*"client connected".*"koi-cli".*\})$/m);
    expect(JSON.parse(connected[1] ?? "")).toMatchObject({ level: "info", part: "gateway/rpc" });
    followed.child.kill();

    gateway.child.kill("SIGTERM");
    await gateway.ended;
    const afterwards = await outcome(run("logs", "--level", "info", "--json"));
    expect(JSON.parse(afterwards.out).lines.join("\n")).toContain('"message":"stopping"');
  });

  it("says what is wrong with its options", async () => {
    const { run } = await newHome();
    expect(await outcome(run("logs", "--level", "loud"))).toMatchObject({ code: 2 });
    expect(await outcome(run("logs", "--limit", "0"))).toMatchObject({ code: 2 });
  });
});

describe("koi doctor and koi security audit", () => {
  it("look at a gateway that runs, and say as JSON what they found", async () => {
    const { home, run } = await newHome();
    await writeFile(join(home, "skykoi.json"), '{ gateway: { mode: "local", port: 0, auth: { token: "t" } } }', {
      mode: 0o644,
    });
    await chmod(home, 0o755);
    await listening(run("gateway", "run"));
    const [examined, fixing, audited] = await Promise.all([
      outcome(run("doctor", "--json")),
      outcome(run("doctor", "--fix")),
      outcome(run("security", "audit", "--json")),
    ]);
    const names = JSON.parse(examined.out).checks.map(({ name }: { name: string }) => name);
    expect(names).toEqual(
      expect.arrayContaining(["node", "config", "disk", "files", "gateway", "model", "programs", "databases"]),
    );
    expect(fixing).toMatchObject({ code: 5 });
    expect(audited.code).toBe(1);
    expect(JSON.parse(audited.out).findings[0]).toMatchObject({ level: "critical", fix: expect.any(String) });
  });
});
