/** A gateway in a process of its own, for tests that kill it. Usage: gateway-process.ts <home> <workspace> <script>. */

import { silentLogger } from "@skykoi/log";

import { startGateway } from "../gateway.ts";
import { obey } from "./obedient-model.ts";
import { echo, finish, scriptedCatalog, type Script } from "./scripted-catalog.ts";
import { testConfig } from "./test-gateway.ts";

/** Never answers. */
const hang: Script = async function* hanging() {
  yield { type: "text-delta", text: "one moment " };
  await new Promise(() => undefined);
};

/** Begins with a tool, so that the run has left its mark in the transcript, and never ends. */
const work: Script = async function* working(request) {
  if (request.messages.at(-1)?.role === "user") {
    yield { type: "tool-call", id: "t1", name: "ls", input: {} };
    yield { ...finish, reason: "tool-calls" };
  } else yield* hang(request);
};

/** Does what it is told; its sub-agents work and never end. */
const delegate: Script = (request) => (request.system.includes("## Sub-agent") ? work(request) : obey(request));

const SCRIPTS = new Map([
  ["hang", hang],
  ["work", work],
  ["echo", echo],
  ["delegate", delegate],
]);

const [home = "", workspace = "", script = "hang"] = process.argv.slice(2);
const gateway = await startGateway({
  home,
  config: testConfig(workspace),
  version: "0.0.0-test",
  log: silentLogger,
  env: {},
  catalog: scriptedCatalog(SCRIPTS.get(script) ?? hang),
});
process.stdout.write(`${gateway.url}\n`);
