import { chmodSync, linkSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { assert, asyncProperty, string } from "fast-check";
import { describe, expect, it } from "vitest";

import { ORIGIN, temporaryDirectory } from "../testing/scene.ts";
import { parseSkill } from "./skill-file.ts";
import { createSkills, type SkillsOptions } from "./skills.ts";

const BUNDLED = fileURLToPath(new URL("bundled", import.meta.url));

const skillText = (name: string, more = "", description = `Does ${name}.`) =>
  `---\nname: ${name}\ndescription: ${description}\n${more}---\n\n# ${name}\nSteps.\n`;

const requires = (text: string) => `metadata: { openclaw: { requires: ${text} } }\n`;

const scene = (files: Readonly<Record<string, string>>, options: Partial<SkillsOptions> = {}) => {
  const root = temporaryDirectory();
  for (const [name, text] of Object.entries({ "home/skykoi.json": "token", "koi/MEMORY.md": "secret", ...files })) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  const skills = createSkills({
    workspace: join(root, "koi"),
    protectedPaths: [join(root, "home")],
    managed: join(root, "home/skills"),
    configured: () => [join(root, "more")],
    hasConfig: (path) => path === "channels.telegram",
    env: { PATH: join(root, "bin"), API_KEY: "k", EMPTY: "" },
    ...options,
  });
  const states = async () =>
    (await skills.list())
      .filter(({ source }) => source !== "bundled")
      .map(({ name, source, state }) => `${name} ${source} ${state.kind}`);
  const read = async (input: object) =>
    skills.tool.execute(input, {
      run: ORIGIN,
      toolCallId: "call_1",
      signal: new AbortController().signal,
      update: () => undefined,
    });
  return { root, skills, states, read };
};

describe("skills", () => {
  it("of the workspace come before managed ones, those before configured ones, those before bundled ones", async () => {
    const { skills, states } = scene({
      "koi/skills/brief/SKILL.md": skillText("brief"),
      "home/skills/brief/SKILL.md": skillText("brief"),
      "home/skills/git-repository/SKILL.md": skillText("git-repository"),
      "more/brief/SKILL.md": skillText("brief"),
      "more/extra/SKILL.md": skillText("extra"),
      "more/no-skill/README.md": "x",
    });
    expect(await states()).toEqual([
      "brief workspace ready",
      "brief managed shadowed",
      "git-repository managed ready",
      "brief configured shadowed",
      "extra configured ready",
    ]);
    const bundled = (await skills.list()).find(({ name, source }) => name === "git-repository" && source === "bundled");
    expect(bundled?.state.kind).toBe("shadowed");
  });

  it("are offered when what they need is there, and say what is missing", async () => {
    const { root, skills } = scene({
      "koi/skills/bins/SKILL.md": skillText("bins", requires("{ bins: [carp, pike] }")),
      "koi/skills/any/SKILL.md": skillText("any", requires("{ anyBins: [pike, carp] }")),
      "koi/skills/none/SKILL.md": skillText("none", requires("{ anyBins: [pike, tench] }")),
      "koi/skills/env/SKILL.md": skillText("env", requires("{ env: [API_KEY, EMPTY] }")),
      "koi/skills/config/SKILL.md": skillText("config", requires("{ config: [channels.telegram, channels.slack] }")),
      "koi/skills/os/SKILL.md": skillText("os", "metadata: { skykoi: { os: [plan9] } }\n"),
      "koi/skills/text/SKILL.md": skillText("text", `metadata: { openclaw: '{"requires":{"bins":["pike"]}}' }\n`),
      "bin/carp": "#!/bin/sh\n",
    });
    chmodSync(join(root, "bin/carp"), 0o755);
    const reasons = (await skills.list()).flatMap(({ name, state }) =>
      state.kind === "unmet" && !readdirSync(BUNDLED).includes(name) ? [`${name}: ${state.reasons.join("; ")}`] : [],
    );
    expect(reasons).toEqual([
      "bins: the program pike is not installed",
      "config: channels.slack is not set in skykoi.json",
      "env: the variable EMPTY is not set",
      "none: none of pike, tench is installed",
      "os: it is for plan9",
      "text: the program pike is not installed",
    ]);
    expect((await skills.ready()).map(({ name }) => name)).toContain("any");
  });

  it("that are malformed are reported and take nothing from the others", async () => {
    const { skills, read } = scene({
      "koi/skills/good/SKILL.md": skillText("good"),
      "koi/skills/no-front/SKILL.md": "# Hello",
      "koi/skills/bad-yaml/SKILL.md": "---\nname: [\n---\n",
      "koi/skills/other-name/SKILL.md": skillText("another"),
      "koi/skills/Upper/SKILL.md": skillText("Upper"),
      "koi/skills/no-text/SKILL.md": "---\nname: no-text\n---\n",
      "koi/skills/bomb/SKILL.md": `---\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nname: [*c,*c,*c]\n---\n`,
      "koi/skills/huge/SKILL.md": skillText("huge") + "x".repeat(300_000),
    });
    const found = (await skills.list()).filter(({ source }) => source === "workspace");
    const malformed = found.filter(({ state }) => state.kind === "malformed").map(({ name }) => name);
    expect(malformed).toEqual(["Upper", "bad-yaml", "bomb", "huge", "no-front", "no-text", "other-name"]);
    expect((await read({ name: "other-name" })).text).toContain(
      "Its name is another, and its folder is called other-name",
    );
    expect((await read({ name: "good" })).text).toContain("Steps.");
    expect((await read({})).text).toContain("bad-yaml (workspace), malformed: Its YAML cannot be read");
  });

  it("are read with the files beside them, and with no other file", async () => {
    const { root, read } = scene({
      "koi/skills/s/SKILL.md": skillText("s"),
      "koi/skills/s/references/table.md": "the table",
      "koi/skills/s/data.bin": "a\0b",
      "home/skills/m/SKILL.md": skillText("m"),
      "home/skills/m/notes.md": "managed notes",
    });
    const directory = join(root, "koi/skills/s");
    symlinkSync(join(root, "home/skykoi.json"), join(directory, "soft.md"));
    linkSync(join(root, "home/skykoi.json"), join(directory, "hard.md"));
    linkSync(join(root, "koi/MEMORY.md"), join(directory, "memory.md"));
    expect((await read({ name: "s" })).text).toContain("references/table.md");
    expect((await read({ name: "s", file: "references/table.md" })).text).toBe("the table");
    expect((await read({ name: "m", file: "notes.md" })).text).toBe("managed notes");
    const outside = [
      "../../MEMORY.md",
      "soft.md",
      "hard.md",
      "memory.md",
      "data.bin",
      "nothing.md",
      "/etc/passwd",
      "references",
    ];
    for (const file of outside) expect(await read({ name: "s", file })).toMatchObject({ isError: true });
    expect(await read({ name: "m", file: "../../skykoi.json" })).toMatchObject({ isError: true });
    symlinkSync(join(root, "home"), join(root, "koi/skills/link"));
    expect(await read({ name: "link", file: "skykoi.json" })).toMatchObject({ isError: true });
  });

  it("follow every change", async () => {
    const { root, skills, states } = scene({ "koi/skills/s/SKILL.md": "broken" });
    expect(await states()).toEqual(["s workspace malformed"]);
    writeFileSync(join(root, "koi/skills/s/SKILL.md"), skillText("s", "", "Now sound."));
    expect(await skills.ready()).toContainEqual({ name: "s", description: "Now sound." });
  });

  it("that come with SkyKoi are sound", async () => {
    const bundled = (await scene({}).skills.list()).filter(({ source }) => source === "bundled");
    expect(bundled.map(({ name }) => name)).toEqual([
      "daily-brief",
      "git-repository",
      "spreadsheet-csv",
      "write-a-skill",
    ]);
    for (const { state } of bundled) expect(state.kind).not.toBe("malformed");
  });

  it("can be any text", async () => {
    await assert(
      asyncProperty(string({ unit: "binary", maxLength: 300 }), async (text) => {
        expect(typeof (await parseSkill(`---\n${text}\n---\n`, "x")).ok).toBe("boolean");
      }),
    );
  });
});
