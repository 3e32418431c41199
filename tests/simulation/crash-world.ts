/** A gateway that dies again and again, a client that resumes each time, and what both are held to. */

import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";

import {
  createCrashDisk,
  scriptedCatalog,
  startGatewayLife,
  testConfig,
  type CrashDisk,
  type GatewayLife,
  type LocalClient,
  type ReceivedEvent,
  type ReceivedResponse,
} from "@skykoi/gateway/testing";

import { createToolScript } from "./crash-model.ts";
import type { Random } from "./random.ts";

interface Send {
  readonly runId: string;
  readonly sessionKey: string;
  readonly text: string;
  acknowledged: boolean;
}

export interface CrashWorld {
  readonly disk: CrashDisk;
  /** What the client sent, by run id. */
  readonly sends: Map<string, Send>;
  /** How the client was told that a run is over, and in which life, by run id. */
  readonly ends: ReadonlyMap<string, readonly string[]>;
  /** True once the client was told to load its conversation again. */
  readonly reloaded: () => boolean;
  /** How often a tool acted, by the name in its message. */
  effects(): ReadonlyMap<string, number>;
  /** A process starts on what is there and the client resumes; false when it died on the way. */
  boot(): Promise<boolean>;
  ask(method: string, params: object): Promise<ReceivedResponse | undefined>;
  /** The client goes and comes back to where it was. */
  reconnect(): Promise<void>;
  /** Resolves when nothing is under way, or the process is dead. */
  idle(): Promise<void>;
  /** Lets go of the process, dead or alive. */
  end(): Promise<void>;
  passTime(durationMs: number): void;
  readonly now: () => number;
  remove(): void;
}

const STUCK_AFTER_MS = 30_000;
const ENDS = new Set(["final", "aborted", "error"]);

export const createCrashWorld = (random: Random): CrashWorld => {
  const root = mkdtempSync(join(tmpdir(), "koi-crash-"));
  const workspace = join(root, "koi");
  const effectsDirectory = join(workspace, "effects");
  mkdirSync(effectsDirectory, { recursive: true });
  let homes = 0;
  const kinds: string[] = [];
  let home = join(root, "home-0");
  mkdirSync(home);
  let clock = Date.UTC(2026, 0, 1);
  const now = (): number => clock + Math.round(performance.now());

  let life: GatewayLife | undefined;
  let client: LocalClient | undefined;
  let cursor: string | undefined;
  let reconnecting = Promise.resolve();
  let death = Promise.withResolvers<undefined>();
  let reloads = 0;
  const sends = new Map<string, Send>();
  const ends = new Map<string, string[]>();

  // Everything that is on the real disk goes over to the next life as it is in this very moment.
  const disk = createCrashDisk({
    random: () => random.next(),
    onDeath: (kind) => {
      kinds.push(kind);
      death.resolve(undefined);
      const next = join(root, `home-${++homes}`);
      cpSync(home, next, { recursive: true });
      // Not synced, so not to be relied on; the gateway knows by the machine's boot, which is the same here.
      if (kind === "power") rmSync(join(next, "events"), { recursive: true, force: true });
      home = next;
    },
  });

  const catalog = scriptedCatalog(createToolScript(disk.alive));

  const hear = ({ event, payload, cursor: at }: ReceivedEvent): void => {
    cursor = at ?? cursor;
    if (event !== "chat" || !ENDS.has(payload.state)) return;
    ends.set(payload.runId, [
      ...(ends.get(payload.runId) ?? []),
      `${payload.state} in life ${homes} (${kinds.join(" ")})`,
    ]);
  };

  const connect = async (): Promise<void> => {
    client = await life?.connect(cursor, hear);
    if (!client) return;
    if (client.hello.cursorExpired) reloads++;
    if (cursor === undefined || client.hello.cursorExpired) cursor = client.hello.cursor;
  };

  const comeBack = async (before: Promise<void>): Promise<void> => {
    await before;
    client?.leave();
    await untilDead(connect());
  };

  const ask: CrashWorld["ask"] = async (method, params) =>
    disk.alive() ? untilDead(client?.ask(method, params)) : undefined;

  const untilDead = async <T>(work: Promise<T> | undefined): Promise<T | undefined> =>
    Promise.race([work, death.promise]);

  const isBusy = async (): Promise<boolean> => {
    const { activeRuns, queuedInputs } = fields(await ask("health", {}));
    const { running, nextWakeAtMs } = fields(await ask("cron.status", {}));
    if (activeRuns !== 0 || queuedInputs !== 0 || running !== 0) return true;
    return typeof nextWakeAtMs === "number" && nextWakeAtMs <= now();
  };

  return {
    disk,
    sends,
    ends,
    reloaded: () => reloads > 0,
    effects: () => {
      const counts = new Map<string, number>();
      for (const file of readdirSync(effectsDirectory)) {
        const [name = ""] = file.split(".");
        counts.set(name, (counts.get(name) ?? 0) + 1);
      }
      return counts;
    },
    boot: async () => {
      death = Promise.withResolvers<undefined>();
      const files = disk.boot(home);
      try {
        const { alive } = disk;
        life = await startGatewayLife({ home, config: testConfig(workspace), catalog, files, alive, now });
      } catch (thrown) {
        if (disk.alive()) throw thrown;
        return false;
      }
      await untilDead(connect());
      return disk.alive();
    },
    ask,
    reconnect: () => {
      // One after the other: it is one client.
      reconnecting = comeBack(reconnecting);
      return reconnecting;
    },
    idle: async () => {
      const until = performance.now() + STUCK_AFTER_MS;
      while (disk.alive() && (await isBusy())) {
        if (performance.now() > until) throw new Error("something is under way for ever");
        await turn();
      }
    },
    end: async () => {
      await life?.end();
      life = undefined;
      client = undefined;
    },
    passTime: (durationMs) => {
      clock += durationMs;
    },
    now,
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
};

const fields = (response: ReceivedResponse | undefined): Readonly<Record<string, unknown>> =>
  response?.ok && typeof response.payload === "object" && response.payload !== null ? { ...response.payload } : {};
