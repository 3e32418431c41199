import { joinPath } from "@skykoi/schema";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { parseConfigPath } from "./config-path.ts";

describe("parseConfigPath", () => {
  it.each([
    ["gateway.port", ["gateway", "port"]],
    ["agents.list[0].name", ["agents", "list", "0", "name"]],
    ['models.prices["lab/tiny.v1"].inputUsdPerMTok', ["models", "prices", "lab/tiny.v1", "inputUsdPerMTok"]],
    ["models.prices.lab/tiny", ["models", "prices", "lab/tiny"]],
  ])("reads %s", (path, parts) => {
    expect(parseConfigPath(path)).toEqual(parts);
  });

  it.each(["", ".", "a..b", ".a", "a.", "a[", "a[x]", 'a["b]', "a]"])("refuses %j with an example", (path) => {
    expect(() => parseConfigPath(path)).toThrow(/is not the path of a key/);
  });

  it("reads every path that problems name", () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^([a-z]\w{0,8}|\d{1,3})$/), { minLength: 1 }), (parts) => {
        expect(parseConfigPath(parts.reduce(joinPath, ""))).toEqual(parts);
      }),
    );
  });
});
