import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { silentLogger } from "@skykoi/log";
import type { ModelRequest } from "@skykoi/model";
import type { Heartbeat } from "@skykoi/protocol";
import { afterEach, describe, expect, it, vi } from "vitest";

import { createGatewayContext } from "../context.ts";
import { createGate, lastUserText, say, scriptedCatalog, type Script } from "../testing/scripted-catalog.ts";
import { temporaryDirectory, testConfig } from "../testing/test-gateway.ts";
import { openHeartbeats } from "./heartbeats.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const MIDNIGHT = Date.parse("2026-03-02T00:00:00Z");

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const someone = {
  connId: "c1",
  clientId: "ui",
  version: "1",
  platform: "web",
  mode: "ui",
  role: "operator",
  connectedAt: 0,
};

/** The rooms of a gateway without its port, on a clock the test turns. */
const createWorld = async (options: { tasks?: string; script?: Script; root?: string; startMs?: number } = {}) => {
  const root = options.root ?? (await temporaryDirectory());
  if (options.root === undefined) cleanups.push(() => rm(root, { recursive: true, force: true }));
  const workspace = join(root, "koi");
  await mkdir(workspace, { recursive: true });
  const write = (text: string) => writeFile(join(workspace, "HEARTBEAT.md"), text);
  if (options.tasks !== undefined) await write(options.tasks);

  const clock = { ms: options.startMs ?? MIDNIGHT };
  const calls: { readonly atMs: number; readonly request: ModelRequest }[] = [];
  const context = await createGatewayContext({
    home: join(root, "home"),
    config: testConfig(workspace),
    version: "test",
    log: silentLogger,
    env: {},
    now: () => clock.ms,
    catalog: scriptedCatalog((request) => {
      calls.push({ atMs: clock.ms, request });
      return (options.script ?? (() => say("HEARTBEAT_OK")))(request);
    }),
  });
  const frames: { readonly event: string; readonly payload: Heartbeat }[] = [];
  context.hub.attach(
    {
      scopes: ["operator.read"],
      wantsSession: () => true,
      sendEvent: ({ event, payloadJson }) => frames.push({ event, payload: JSON.parse(payloadJson) }),
    },
    [],
  );
  context.lanes.start();
  let timer: { readonly atMs: number; readonly fire: () => void } | undefined;
  const heartbeats = await openHeartbeats({
    ...context,
    timer: {
      set: (delayMs, fire) => (timer = { atMs: clock.ms + delayMs, fire }),
      clear: () => (timer = undefined),
    },
  });
  const address = context.resolve("main");
  const close = async (): Promise<void> => {
    await heartbeats.stop();
    context.lanes.stop();
    await context.lanes.whenIdle();
    await context.store.close();
    context.presence.close();
  };
  cleanups.push(close);

  const beats = () => frames.flatMap(({ event, payload }) => (event === "heartbeat" ? [payload] : []));
  return {
    root,
    context,
    heartbeats,
    clock,
    calls,
    write,
    frames,
    beats,
    close,
    hasTimer: () => timer !== undefined,
    others: () => frames.filter(({ event }) => event === "chat" || event === "agent" || event === "session.message"),
    /** Time passes in steps of a tick interval or up to the timer; what begins then comes to its end. */
    pass: async (durationMs: number) => {
      const untilMs = clock.ms + durationMs;
      while (clock.ms < untilMs) {
        clock.ms = Math.min(untilMs, clock.ms + 10 * MINUTE, Math.max(clock.ms + 1, timer?.atMs ?? Infinity));
        if (timer && timer.atMs <= clock.ms) timer.fire();
        await vi.waitFor(
          async () => {
            await heartbeats.look();
            const { nextAtMs, status, reason } = heartbeats.told();
            expect(nextAtMs !== undefined || (status === "skipped" && reason !== "requests-in-flight")).toBe(true);
          },
          { interval: 1, timeout: 10_000 },
        );
      }
    },
    say: async (runId: string, text: string) => {
      await context.inbox.accept({ address, runId, text });
      return context.ends.wait(runId, { timeoutMs: 10_000 });
    },
  };
};

const tellDisk: Script = () => say("The disk is nearly full.");
const fail: Script = () => {
  throw new Error("no such luck");
};

describe("a day of an idle gateway costs no token", () => {
  it.each([
    ["without HEARTBEAT.md", undefined, true, "empty-heartbeat-file"],
    ["with only a comment in it", "# Heartbeat\n\n<!-- look at the mail -->\n- [ ]\n", true, "empty-heartbeat-file"],
    ["with tasks and nobody to tell", "- look at the mail", false, "no-audience"],
  ])("%s", async (_name, tasks, isWatched, reason) => {
    const world = await createWorld(tasks === undefined ? {} : { tasks });
    if (isWatched) world.context.presence.join(someone);
    await world.pass(24 * HOUR);
    expect(world.calls).toEqual([]);
    expect(world.heartbeats.told()).toMatchObject({ status: "skipped", reason });
    expect(world.hasTimer()).toBe(false);
  });

  it("switched off, also after a restart", async () => {
    const world = await createWorld({ tasks: "- look at the mail" });
    world.context.presence.join(someone);
    await world.heartbeats.switchOn(false);
    await world.pass(24 * HOUR);
    await world.close();
    const again = await createWorld({ root: world.root, startMs: world.clock.ms });
    again.context.presence.join(someone);
    await again.pass(2 * HOUR);
    expect([...world.calls, ...again.calls]).toEqual([]);
    expect(again.heartbeats.told()).toMatchObject({ status: "skipped", reason: "disabled", enabled: false });
    await again.heartbeats.switchOn(true);
    await again.pass(12 * HOUR);
    expect(again.calls).not.toEqual([]);
  });
});

describe("heartbeats with tasks and an audience", () => {
  it("come within the active hours, less often while there is nothing to tell, and clients see none of it", async () => {
    const world = await createWorld({ tasks: "- look at the mail" });
    world.context.presence.join(someone);
    await world.pass(24 * HOUR);
    const hours = world.calls.map(({ atMs }) => (atMs - MIDNIGHT) / HOUR);
    expect(hours).toEqual([8, 8.5, 9.5, 11.5, 15.5, 19.5]);
    expect(world.others()).toEqual([]);
    expect(world.beats().filter(({ status }) => status === "ok-token")).toHaveLength(6);

    // Each was asked for by itself: none is in the context of a later one.
    expect(new Set(world.calls.map(({ request }) => request.messages.length))).toEqual(new Set([1]));
    const { store } = world.context;
    const sessionId = store.record(world.context.resolve("main"))?.sessionId ?? "";
    const { entries } = await store
      .library("main")
      .page(sessionId, { limit: 50, withoutInputsOf: [], maxBytes: 1_000_000 });
    expect(entries).toEqual([]);
  });

  it("come as often as ever once something happens in the session or in the file", async () => {
    const world = await createWorld({ tasks: "- look at the mail", startMs: MIDNIGHT + 8 * HOUR });
    world.context.presence.join(someone);
    await world.pass(4.5 * HOUR);
    expect(world.heartbeats.told()).toMatchObject({ waitingFor: "idle" });
    await world.say("a", "hello");
    const before = world.calls.length;
    await world.pass(0.5 * HOUR);
    expect(world.calls).toHaveLength(before + 1);
    await world.write("- look at the mail and at the disk");
    await world.pass(0.5 * HOUR);
    expect(world.calls).toHaveLength(before + 2);
  });

  it("tell what they found, and only that", async () => {
    const world = await createWorld({ tasks: "- the disk", script: tellDisk, startMs: MIDNIGHT + 8 * HOUR });
    world.context.presence.join(someone);
    await world.pass(30 * MINUTE);
    expect(world.heartbeats.told()).toMatchObject({
      status: "sent",
      preview: "The disk is nearly full.",
      waitingFor: "not-due",
    });
    expect(world.others()).toMatchObject([
      { event: "agent", payload: { stream: "lifecycle", data: { phase: "end" } } },
      { event: "chat", payload: { state: "final", message: { content: [{ text: "The disk is nearly full." }] } } },
    ]);
    await world.say("a", "what did you say?");
    expect(world.calls.at(-1)?.request.messages.at(-2)).toMatchObject({ text: "The disk is nearly full." });
  });

  it("do not begin while a run is under way, and never twice at once", async () => {
    const gate = createGate();
    const script: Script = (request) =>
      lastUserText(request) === "hello" ? gate.script(request) : say("HEARTBEAT_OK");
    const world = await createWorld({ tasks: "- the mail", script, startMs: MIDNIGHT + 8 * HOUR });
    world.context.presence.join(someone);
    await world.heartbeats.look();
    const talking = world.say("a", "hello");
    await vi.waitFor(() => expect(gate.waiting()).toBe(1));
    world.clock.ms += HOUR;
    await world.heartbeats.look();
    expect(world.heartbeats.told()).toMatchObject({ status: "skipped", waitingFor: "requests-in-flight" });
    gate.open();
    await talking;
    expect(world.calls).toHaveLength(1);
    await Promise.all([world.heartbeats.look(), world.heartbeats.look(), world.heartbeats.look()]);
    await vi.waitFor(() => expect(world.beats().at(-1)?.status).toBe("ok-token"));
    expect(world.calls).toHaveLength(2);
  });

  it("that fail come less often, too, and say why", async () => {
    const world = await createWorld({ tasks: "- the mail", script: fail });
    world.context.presence.join(someone);
    await world.pass(24 * HOUR);
    expect(world.beats().filter(({ status }) => status === "failed")).toHaveLength(6);
    expect(world.heartbeats.told()).toMatchObject({ status: "failed", reason: expect.any(String) });
    expect(world.others()).toEqual([]);
  });

  it("see what was put down for the next heartbeat, and come for it in time", async () => {
    const world = await createWorld({ tasks: "- the mail", startMs: MIDNIGHT + 8 * HOUR });
    world.context.presence.join(someone);
    await world.pass(4.5 * HOUR);
    const before = world.calls.length;
    const events = await world.context.systemEvents();
    await events.add({ id: "e1", sessionKey: "agent:main:main", text: "the build is red" });
    await world.pass(0.5 * HOUR);
    expect(world.calls).toHaveLength(before + 1);
    expect(world.calls.at(-1)?.request.messages[0]).toMatchObject({ text: "[System event] the build is red" });
  });

  it("are not held up by a clock that is set back, and none comes twice", async () => {
    const world = await createWorld({ tasks: "- the mail", startMs: MIDNIGHT + 34 * HOUR });
    world.context.presence.join(someone);
    await world.pass(30 * MINUTE);
    expect(world.calls).toHaveLength(1);
    world.clock.ms -= 24 * HOUR;
    await world.pass(30 * MINUTE);
    expect(world.calls).toHaveLength(1);
    await world.pass(10 * MINUTE);
    expect(world.calls).toHaveLength(2);
  });
});
