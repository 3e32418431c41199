import { isFault } from "@skykoi/fault";
import { assert, jsonValue, property } from "fast-check";
import { Type } from "typebox";
import { describe, expect, it } from "vitest";

import { compileValidator, parseOrThrow } from "./validator.ts";

const closed = { additionalProperties: false };
const Person = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 5 }),
    role: Type.Enum(["owner", "member"]),
    address: Type.Optional(Type.Object({ city: Type.String() }, closed)),
    tags: Type.Optional(Type.Array(Type.String())),
    shape: Type.Optional(Type.Union([Type.Literal("round"), Type.Literal("square")])),
    limits: Type.Optional(Type.Record(Type.String(), Type.Object({ max: Type.Integer() }, closed))),
  },
  closed,
);
const validate = compileValidator(Person);

const problemsOf = (value: unknown) => {
  const check = validate(value);
  return check.ok ? [] : check.problems.map(({ path, message }) => `${path}: ${message}`);
};

describe("a compiled validator", () => {
  // Work that grows with the square of the value would not end within the limit of a test.
  it("says no more of a hostile value than a person reads", () => {
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`role${index}`, 1]));
    const problems = [...problemsOf({ ["k".repeat(1_000_000)]: 1 }), ...problemsOf({ name: "Ann", ...many })];
    expect(problems.length).toBeLessThanOrEqual(16);
    expect(Math.max(...problems.map(({ length }) => length))).toBeLessThan(150);
  });

  it("hands back what is valid", () => {
    const value = { name: "Ann", role: "owner" };
    expect(validate(value)).toEqual({ ok: true, value });
  });

  it.each([
    [{ role: "owner" }, "name: is required"],
    [{ name: 1, role: "owner" }, "name: must be string"],
    [{ name: "Ann", role: "boss" }, 'role: must be one of "owner", "member"'],
    [{ name: "Ann", role: "owner", nmae: 1 }, 'nmae: is not a known field; did you mean "name"?'],
    [{ name: "Ann", role: "owner", colour: 1 }, "colour: is not a known field"],
    [
      { name: "Ann", role: "owner", address: { city: "X", citty: 1 } },
      'address.citty: is not a known field; did you mean "city"?',
    ],
    [{ name: "Ann", role: "owner", tags: ["a", 2] }, "tags[1]: must be string"],
    [{ name: "Ann", role: "owner", shape: "oval" }, 'shape: must be one of "round", "square"'],
    [
      { name: "Ann", role: "owner", limits: { day: { maxx: 1, max: 1 } } },
      'limits.day.maxx: is not a known field; did you mean "max"?',
    ],
    ["text", ": must be object"],
    [null, ": must be object"],
  ])("says where %j is wrong and what was expected", (value, problem) => {
    expect(problemsOf(value)).toContain(problem);
  });

  it("answers any JSON value, with at least one and at most eight problems when it is not valid", () => {
    assert(
      property(jsonValue(), (value) => {
        const check = validate(value);
        if (check.ok) return;
        expect(check.problems.length).toBeGreaterThan(0);
        expect(check.problems.length).toBeLessThanOrEqual(8);
      }),
    );
  });
});

const attempt = () => parseOrThrow(validate, { name: 1, role: "boss" }, "params");

describe("a validator that has been used often", () => {
  it("answers exactly as on its first use", () => {
    assert(
      property(jsonValue(), (value) => {
        const fresh = compileValidator(Person);
        const used = compileValidator(Person);
        for (let use = 0; use < 10; use++) used({ name: "Ann", role: "owner" });
        expect(used(value)).toEqual(fresh(value));
      }),
    );
    const used = compileValidator(Person);
    for (let use = 0; use < 10; use++) expect(used({ name: "Ann", role: "owner" })).toMatchObject({ ok: true });
    expect(used({ name: "Ann", role: "owner", tags: [1] })).toEqual(
      validate({ name: "Ann", role: "owner", tags: [1] }),
    );
  });
});

describe("parsing at an edge", () => {
  it("throws one fault that names the subject and the first problem and carries all of them", () => {
    expect(attempt).toThrow(/^params (name|role) must be/);
    try {
      attempt();
      expect.unreachable();
    } catch (thrown) {
      expect(isFault(thrown) && thrown).toMatchObject({ code: "INVALID_REQUEST", details: expect.any(Array) });
    }
  });
});
