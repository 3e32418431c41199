import { expect, it } from "vitest";

import { changedKeys, holdRestartKeys } from "./changed-keys.ts";
import { parseConfigText } from "./parse-config.ts";

const config = (text: string) => {
  const parsed = parseConfigText(`{ gateway: { mode: "local", auth: { token: "t" } }, ${text} }`, {
    HOME: "/home/koi",
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.config;
};

it("names the keys that differ, whole maps and lists, and which of them need a restart", () => {
  const before = config(`logging: { level: "info" }`);
  const after = config(
    `logging: { level: "debug" }, cron: { enabled: false }, agents: { list: [{ id: "a", name: "A" }] },
     models: { aliases: { fast: "offline/demo" } }`,
  );
  expect(changedKeys(before, after)).toEqual({
    changed: ["agents.list", "models.aliases", "cron.enabled", "logging.level"],
    restartNeeded: ["agents.list"],
  });
  expect(changedKeys(after, structuredClone(after))).toEqual({ changed: [], restartNeeded: [] });
});

it("holds what needs a restart, and nothing else", () => {
  const running = config(`gateway: { mode: "local", port: 4000, auth: { token: "old" } }`);
  const wanted = config(`gateway: { mode: "local", port: 5000, auth: { token: "new" } }, logging: { level: "warn" }`);
  const held = holdRestartKeys(running, wanted);
  expect(held.gateway).toMatchObject({ port: 4000, auth: { token: "new" } });
  expect(changedKeys(held, wanted)).toEqual({ changed: ["gateway.port"], restartNeeded: ["gateway.port"] });
  expect(changedKeys(running, held).restartNeeded).toEqual([]);
});
