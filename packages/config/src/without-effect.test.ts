import { describe, expect, it } from "vitest";

import { parseConfigText } from "./parse-config.ts";
import { formatProblem } from "./problem.ts";
import { WITHOUT_EFFECT, settingsWithoutEffect } from "./without-effect.ts";

const HOST = { homeDirectory: "/home/koi", timeZone: "UTC" };

const warningsOf = (text: string) => {
  const parsed = parseConfigText(text, { SKYKOI_GATEWAY_TOKEN: "t".repeat(40) }, { host: HOST });
  return parsed.ok ? parsed.warnings.map(formatProblem) : [`not valid: ${parsed.problems.map(formatProblem).join()}`];
};

describe("a setting that nothing acts on", () => {
  it("is named with its line when it is written", () => {
    expect(warningsOf('{\n  gateway: { mode: "local" },\n  channels: {},\n}')).toEqual([
      "line 3: channels has no effect in this version",
    ]);
  });

  it("is not spoken of when it is not written, though it has a default", () => {
    expect(warningsOf('{ gateway: { mode: "local" }, agents: { defaults: { timeoutSeconds: 60 } } }')).toEqual([]);
  });

  it.each(WITHOUT_EFFECT)("%s is found where it stands", (path) => {
    const written = path
      .split(".")
      .reduceRight<unknown>(
        (inner, key) => (key.endsWith("[]") ? { [key.slice(0, -2)]: [inner] } : { [key]: inner }),
        {},
      );
    const found = [{ path: path.replace("[]", "[0]"), message: "has no effect in this version" }];
    expect(settingsWithoutEffect(written)).toEqual(found);
  });

  it("is looked for in any JSON without failing", () => {
    for (const value of [null, 1, "limits", [], { gateway: null }]) expect(settingsWithoutEffect(value)).toEqual([]);
  });
});
