import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

import { afterEach, describe, expect, it } from "vitest";

import { eventsOf } from "./event-stream.ts";
import { onlyInstance } from "./instance-home.ts";
import { signIn, signUp, textOf } from "./person.ts";
import { newDataDir, removeDataDir } from "./data-dir.ts";
import { refusedStart, startInterrupted, startSkykoi, type SkykoiProcess } from "./skykoi-process.ts";
import { eventually, isAlive } from "./waiting.ts";

const running: SkykoiProcess[] = [];
const start = async (dataDir: string, env?: Record<string, string>) => {
  const skykoi = await startSkykoi(dataDir, env);
  running.push(skykoi);
  return skykoi;
};
afterEach(async () => {
  const started = running.splice(0);
  for (const skykoi of started) if (isAlive(skykoi.pid)) await skykoi.interrupt();
  for (const { dataDir } of started) removeDataDir(dataDir);
});

describe("a gateway that is killed", () => {
  it("is noticed, reported in the timeline and restarted, and answers with the whole history", async () => {
    const skykoi = await start(newDataDir());
    const owner = await signUp(skykoi.url);
    const { id } = await owner.createAgent("Phoenix");
    await owner.untilPhase(id, "ready");
    await owner.say(id, "create before.md with kept");
    const instance = onlyInstance(skykoi.dataDir);
    const firstPid = instance.pid();

    process.kill(firstPid, "SIGKILL");
    const events = await owner.call("GET", `/api/agents/${id}/events`);
    for await (const { event, data } of eventsOf(events)) if (event === "timeline" && data.step === "degraded") break;
    await owner.untilPhase(id, "ready");

    expect(instance.pid()).not.toBe(firstPid);
    const final = (await owner.say(id, "read before.md")).at(-1);
    expect(String(final?.data.text)).toContain("kept");
    const said = (await owner.history(id)).filter(({ role }) => role === "user").map(textOf);
    expect(said).toEqual(["create before.md with kept", "read before.md"]);
  });

  it("right after it acknowledged a message: the message is in the transcript, and answered or marked interrupted", async () => {
    const skykoi = await start(newDataDir());
    const owner = await signUp(skykoi.url);
    const { id } = await owner.createAgent("Durable");
    await owner.untilPhase(id, "ready");
    const instance = onlyInstance(skykoi.dataDir);

    const answer = await owner.call("POST", `/api/agents/${id}/messages`, {
      text: "run `echo survived`",
      idempotencyKey: "kept-1",
    });
    for await (const { event } of eventsOf(answer)) {
      if (event !== "accepted") continue;
      process.kill(instance.pid(), "SIGKILL");
      break;
    }

    const ended = await eventually("the message is answered or marked", async () => {
      if ((await owner.agent(id)).phase !== "ready") return undefined;
      const messages = (await owner.history(id)).filter(({ runId }) => runId === "kept-1");
      const last = messages.at(-1);
      return last && (last.role === "notice" || (last.role === "assistant" && textOf(last) !== ""))
        ? messages
        : undefined;
    });
    expect(ended.filter(({ role }) => role === "user").map(textOf)).toEqual(["run `echo survived`"]);
  });

  it("comes back with its last good configuration when skykoi.json was broken in the meantime, and says so", async () => {
    const skykoi = await start(newDataDir());
    const owner = await signUp(skykoi.url);
    const { id } = await owner.createAgent("Careful");
    await owner.untilPhase(id, "ready");
    const instance = onlyInstance(skykoi.dataDir);
    const broken = "{ gateway: { mode: 'local', ";

    writeFileSync(instance.config, broken);
    process.kill(instance.pid(), "SIGKILL");
    const reported = await eventually("the platform tells why it is degraded", async () => {
      const { phase, lastError } = await owner.agent(id);
      return phase === "degraded" && lastError?.message.includes("skykoi.json") ? lastError : undefined;
    });
    expect(reported.message).toMatch(/last configuration that started/);
    expect((await owner.say(id, "hello")).at(-1)?.event).toBe("final");
    expect(readFileSync(instance.config, "utf8")).toBe(broken);
  });
});

describe("SkyKoi itself", () => {
  it("stopped by Ctrl-C stops every child, and the next start brings agents, people and conversations back", async () => {
    const dataDir = newDataDir();
    const first = await startSkykoi(dataDir);
    const owner = await signUp(first.url);
    const { id } = await owner.createAgent("Returner");
    await owner.untilPhase(id, "ready");
    await owner.say(id, "create kept.md with still here");
    const gatewayPid = onlyInstance(dataDir).pid();

    expect(await first.interrupt()).toBe(0);
    expect(isAlive(gatewayPid)).toBe(false);

    const second = await start(dataDir);
    const again = await signIn(second.url, owner.email);
    await again.untilPhase(id, "ready");
    expect(String((await again.say(id, "read kept.md")).at(-1)?.data.text)).toContain("still here");
    expect((await again.history(id)).filter(({ role }) => role === "user")).toHaveLength(2);
  });

  it("killed with SIGKILL leaves its gateways running, and the next start adopts them instead of starting others", async () => {
    const dataDir = newDataDir();
    const first = await startSkykoi(dataDir);
    const owner = await signUp(first.url);
    const { id } = await owner.createAgent("Orphan");
    await owner.untilPhase(id, "ready");
    const gatewayPid = onlyInstance(dataDir).pid();

    await first.kill();
    expect(isAlive(gatewayPid)).toBe(true);

    const second = await start(dataDir);
    const again = await signIn(second.url, owner.email);
    await again.untilPhase(id, "ready");
    expect((await again.say(id, "hello")).at(-1)?.event).toBe("final");
    expect(onlyInstance(dataDir).pid()).toBe(gatewayPid);
    expect(await second.interrupt()).toBe(0);
    expect(isAlive(gatewayPid)).toBe(false);
  });

  it("interrupted while it starts ends also what an earlier, killed one left running", async () => {
    const dataDir = newDataDir();
    const first = await startSkykoi(dataDir);
    const owner = await signUp(first.url);
    const { id } = await owner.createAgent("Leftover");
    await owner.untilPhase(id, "ready");
    const gatewayPid = onlyInstance(dataDir).pid();
    await first.kill();
    const { code } = await startInterrupted(dataDir, (pid) =>
      readFileSync(join(dataDir, "lock.json"), "utf8").includes(`"pid":${pid},`),
    );
    expect(code).toBe(130);
    expect(isAlive(gatewayPid)).toBe(false);
    removeDataDir(dataDir);
  });

  it("refuses a second start on its data directory with one line, and goes on", async () => {
    const skykoi = await start(newDataDir());
    const { code, output } = await refusedStart(skykoi.dataDir);
    expect(code).toBe(1);
    expect(output.trim().split("\n")).toHaveLength(1);
    expect(output).toMatch(/already in use by another SkyKoi \(process \d+\)/);
    expect((await fetch(`${skykoi.url}/api/health`)).status).toBe(200);
  });

  it("says in one line that its port is taken", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    const port = typeof address === "object" && address ? String(address.port) : "";
    const dataDir = newDataDir();
    const { code, output } = await refusedStart(dataDir, { PORT: port });
    server.close();
    removeDataDir(dataDir);
    expect(code).toBe(1);
    expect(output.trim().split("\n")).toHaveLength(1);
    expect(output).toContain(`Port ${port} is already in use`);
  });

  it("says in one line that its data directory is corrupt, and changes nothing in it", async () => {
    const dataDir = newDataDir();
    const first = await startSkykoi(dataDir);
    await first.interrupt();
    const control = join(dataDir, "database", "cluster", "global", "pg_control");
    writeFileSync(control, "garbage");
    const { code, output } = await refusedStart(dataDir);
    expect(code).toBe(1);
    expect(output.trim().split("\n")).toHaveLength(1);
    expect(output).toContain(dataDir);
    expect(readFileSync(control, "utf8")).toBe("garbage");
    removeDataDir(dataDir);
  });
});
