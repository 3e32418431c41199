import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, it, onTestFinished } from "vitest";

import { createLiveConfig } from "../live-config.ts";
import { testConfig } from "../testing/test-gateway.ts";
import { createAgentSkills } from "./agent-skills.ts";

it("runs that follow each other closely share one look at the skills; a new one is offered a moment later", async () => {
  const root = mkdtempSync(join(tmpdir(), "koi-skills-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const workspace = join(root, "koi");
  let nowMs = 1_000_000;
  const config = createLiveConfig(testConfig(workspace));
  const skills = createAgentSkills({ config, home: join(root, "home"), env: {}, now: () => nowMs })(workspace);
  const names = async () => (await skills.ready()).map(({ name }) => name);

  const before = await names();
  mkdirSync(join(workspace, "skills", "knots"), { recursive: true });
  const text = "---\nname: knots\ndescription: How to tie them.\n---\nTie them.\n";
  writeFileSync(join(workspace, "skills", "knots", "SKILL.md"), text);

  nowMs += 1_000;
  expect(await names()).toEqual(before);
  nowMs += 1_000;
  expect(await names()).toEqual(expect.arrayContaining([...before, "knots"]));
  // A clock that is set back does not keep an old look alive.
  rmSync(join(workspace, "skills", "knots"), { recursive: true });
  nowMs -= 86_400_000;
  expect(await names()).toEqual(before);
});
