import * as fc from "fast-check";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";

import { KoiAvatar } from "./koi-avatar.tsx";
import { koiPattern } from "./koi-pattern.ts";
import { varieties } from "./koi-varieties.ts";

const draw = (id: string) => renderToStaticMarkup(<KoiAvatar id={id} />);

describe("a koi's face", () => {
  it("is the same for the same id, everywhere and every time", () => {
    fc.assert(fc.property(fc.string(), (id) => draw(id) === draw(id)));
  });

  it("does not change between versions of the product", () => {
    const { variety, turnDegrees, bend, patches } = koiPattern("agt_0001");
    expect({ variety: variety.name, turnDegrees, bend, patches: patches.length }).toMatchInlineSnapshot(`
      {
        "bend": 0.67,
        "patches": 3,
        "turnDegrees": 39.36,
        "variety": "showa",
      }
    `);
  });

  it("differs between agents", () => {
    const faces = new Set(Array.from({ length: 200 }, (_, index) => draw(`agt_${index}`)));
    expect(faces.size).toBe(200);
  });

  it("uses every variety", () => {
    const seen = new Set(Array.from({ length: 500 }, (_, index) => koiPattern(`agt_${index}`).variety.name));
    expect(seen.size).toBe(varieties.length);
  });
});
