import { parseConfigText } from "@skykoi/config";
import type { EnrolmentGrant } from "@skykoi/control";
import { describe, expect, it } from "vitest";

import { createBootstrap } from "./bootstrap.ts";
import { resolveModel } from "./model-settings.ts";

const GRANT: EnrolmentGrant = {
  instanceId: "ins_1",
  agent: { id: "agt_1", name: "Momo", purpose: "Keep the garden's diary." },
  owner: { name: "Ada" },
  gatewayToken: "gwt_0123456789",
  placement: { kind: "local", port: 40_123, bind: "loopback", home: "/data/home", workspace: "/data/koi" },
};

const MODELS = {
  offline: resolveModel({}),
  bedrock: resolveModel({ AWS_PROFILE: "x", AWS_REGION: "eu-west-1" }),
  custom: resolveModel({
    SKYKOI_MODEL: "qwen2.5:7b",
    SKYKOI_MODEL_BASE_URL: "http://127.0.0.1:8080/v1",
    SKYKOI_MODEL_API_KEY: "never written",
  }),
};

const bootstrap = (model: keyof typeof MODELS, grant: EnrolmentGrant = GRANT) =>
  createBootstrap({ model: MODELS[model] })(grant);

describe("the configuration of a new instance", () => {
  it.each(["offline", "bedrock", "custom"] as const)(
    "for the %s model is what it was when it was reviewed",
    (model) => {
      expect(bootstrap(model).config).toMatchSnapshot();
    },
  );

  it.each(["offline", "bedrock", "custom"] as const)(
    "for the %s model is accepted by a gateway, without a warning",
    (model) => {
      const parsed = parseConfigText(bootstrap(model).config, { SKYKOI_MODEL_API_KEY: "from the environment" });
      expect(parsed).toMatchObject({
        ok: true,
        warnings: [],
        config: {
          gateway: { port: 40_123, bind: "loopback", auth: { mode: "token", token: "gwt_0123456789" } },
          agents: {
            defaults: { workspace: "/data/koi", model: { primary: MODELS[model].ref } },
            list: [{ id: "main", name: "Momo" }],
          },
        },
      });
    },
  );

  it("leaves the prices to the gateway, which knows the published ones", () => {
    const { config } = bootstrap("bedrock");
    expect(config).not.toContain("UsdPerMTok");
  });

  it("takes the key of a custom model from the environment and never holds it", () => {
    const { config } = bootstrap("custom");
    expect(config).not.toContain("never written");
    const parsed = parseConfigText(config, { SKYKOI_MODEL_API_KEY: "from the environment" });
    expect(parsed).toMatchObject({ config: { models: { providers: { custom: { apiKey: "from the environment" } } } } });
  });

  it("survives any name a person can type, and lets none read the environment", () => {
    for (const name of ['"]}', "\\", "${PATH} ${HOME}", "Ünï 🐟", "$${PATH}"]) {
      const parsed = parseConfigText(bootstrap("offline", { ...GRANT, agent: { ...GRANT.agent, name } }).config, {
        PATH: "leaked",
        HOME: "leaked",
      });
      expect(parsed.ok && parsed.config.agents.list[0]?.name).toBe(name.replaceAll(/\$+\{/g, "{"));
    }
  });

  it("cannot be made of a placement without a port", () => {
    const grant = { ...GRANT, placement: { bind: "loopback", workspace: "/data/koi" } };
    expect(() => bootstrap("offline", grant)).toThrow(expect.objectContaining({ code: "INTERNAL" }));
  });
});

describe("the workspace of a new instance", () => {
  it("begins with the files an agent reads, with nothing left to fill in by the platform", () => {
    const { directory, files } = bootstrap("offline").workspace;
    expect(directory).toBe("/data/koi");
    expect(files.map(({ path }) => path)).toEqual([
      "AGENTS.md",
      "SOUL.md",
      "IDENTITY.md",
      "USER.md",
      "TOOLS.md",
      "HEARTBEAT.md",
      "memory/README.md",
    ]);
    for (const { text } of files) expect(text).not.toContain("{{");
  });

  it("knows its name, its purpose and its owner", () => {
    const { files } = bootstrap("offline").workspace;
    const text = (path: string) => files.find((file) => file.path === path)?.text;
    expect(text("SOUL.md")).toContain("You are Momo:");
    expect(text("IDENTITY.md")).toContain("Keep the garden's diary.");
    expect(text("USER.md")).toContain("# About Ada");
  });

  it("says so when there is no purpose yet", () => {
    const { files } = bootstrap("offline", { ...GRANT, agent: { ...GRANT.agent, purpose: " " } }).workspace;
    expect(files.find(({ path }) => path === "IDENTITY.md")?.text).toContain("Not settled yet.");
  });

  it("puts what a person typed in as it is, placeholders and patterns too", () => {
    const name = "{{owner}} $& $1";
    const { files } = bootstrap("offline", { ...GRANT, agent: { ...GRANT.agent, name } }).workspace;
    expect(files.find(({ path }) => path === "SOUL.md")?.text).toContain(`You are ${name}:`);
  });

  it("costs an agent little: all its files together stay below 1,500 words", () => {
    const words = bootstrap("offline").workspace.files.flatMap(({ text }) => text.split(/\s+/));
    expect(words.length).toBeLessThan(1_500);
  });
});
