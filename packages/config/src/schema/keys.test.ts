import { describe, expect, it } from "vitest";

import { configJsonSchema } from "./json-schema.ts";
import { configKeys, findConfigKey } from "./keys.ts";

describe("findConfigKey", () => {
  it.each([
    [["gateway", "port"], { reload: "restart", default: 18_789, secret: false }],
    [["gateway", "auth", "token"], { reload: "hot", secret: true }],
    [["agents", "list", "3", "id"], { reload: "restart", path: "agents.list[3].id" }],
    [["models", "providers", "lab", "apiKey"], { reload: "hot", secret: true }],
    [["agents", "defaults", "workspace"], { hostDefault: "~/koi" }],
  ])("finds %j with what is known of it", (path, expected) => {
    expect(findConfigKey(path)).toMatchObject(expected);
  });

  it.each([[["gateway", "prot"]], [["constructor"]], [["gateway", "port", "x"]], [["agents", "list", "x"]]])(
    "does not find %j",
    (path) => {
      expect(findConfigKey(path)).toBeUndefined();
    },
  );

  it("finds every key of the list", () => {
    const plain = configKeys().filter(({ path }) => !/[[*]/.test(path));
    expect(plain.length).toBeGreaterThan(50);
    for (const key of plain) expect(findConfigKey(key.path.split("."))).toEqual(key);
  });
});

describe("the JSON Schema", () => {
  it("asks only for what has no default", () => {
    expect(configJsonSchema()).toMatchObject({
      required: ["gateway"],
      properties: {
        gateway: { required: ["mode"] },
        agents: { required: [], properties: { list: { items: { required: ["id", "name"] } } } },
      },
    });
  });
});
