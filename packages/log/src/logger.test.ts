import { fault } from "@skykoi/fault";
import { describe, expect, it } from "vitest";

import { createLogger, type LogLevel } from "./logger.ts";

const capture = (level: LogLevel = "debug") => {
  const lines: Record<string, unknown>[] = [];
  const log = createLogger({
    level,
    part: "gateway",
    write: (line) => void lines.push(JSON.parse(line)),
    now: () => new Date(0),
  });
  return { lines, log };
};

describe("a log line", () => {
  it("is one JSON object with time, level, part, message and fields", () => {
    const { lines, log } = capture();
    log.info("Listening.", { port: 1 });
    expect(lines).toEqual([
      { time: "1970-01-01T00:00:00.000Z", level: "info", part: "gateway", message: "Listening.", port: 1 },
    ]);
  });

  it("is left out below the level", () => {
    const { lines, log } = capture("warn");
    log.debug("a");
    log.info("b");
    log.warn("c");
    log.error("d");
    expect(lines.map(({ message }) => message)).toEqual(["c", "d"]);
  });

  it("names nested parts and carries their fields", () => {
    const { lines, log } = capture();
    log.child("rpc", { connId: "c1" }).info("Answered.", { method: "health" });
    expect(lines[0]).toMatchObject({ part: "gateway/rpc", connId: "c1", method: "health" });
  });

  it("writes a fault's code and detail", () => {
    const { lines, log } = capture();
    log.error("Refused.", { error: fault("CONFLICT", { message: "Changed.", detail: "row 7" }) });
    expect(lines[0]).toMatchObject({ code: "CONFLICT", error: "Changed. (row 7)" });
  });

  it("never holds a secret, under whatever name or inside whatever text", () => {
    const { lines, log } = capture();
    log.info("Dialled with enr_abcdefghijkl.", {
      token: "abc",
      nested: { apiKey: "k", headers: [{ authorization: "Bearer aaaaaaaaaaaa" }] },
      note: "Authorization: Bearer bbbbbbbbbbbb and sk_live_cccccccc and tkt_dddddddd and gwt_eeeeeeee",
      tokenCount: 7,
    });
    const text = JSON.stringify(lines[0]);
    for (const secret of ["abcdefghijkl", '"abc"', '"k"', "aaaaaaaa", "bbbbbbbb", "cccccccc", "dddddddd", "eeeeeeee"]) {
      expect(text).not.toContain(secret);
    }
    expect(lines[0]).toMatchObject({ tokenCount: 7 });
  });

  it("holds no secret in a list under its name, nor keys of providers in their answers", () => {
    const { lines, log } = capture();
    log.info("Refused: Incorrect API key provided: sk-proj-ffffffffffffffff.", {
      headers: { "set-cookie": ["session=gggggggg"] },
      credentials: { key: "hhhhhhhh" },
      reason: "AKIAIIIIIIIIIIIIIIII is not authorized",
    });
    const text = JSON.stringify(lines[0]);
    for (const secret of ["ffffffff", "gggggggg", "hhhhhhhh", "IIIIIIII"]) expect(text).not.toContain(secret);
  });

  it("is written for values of any depth, and for those that lead back to themselves", () => {
    const { lines, log } = capture();
    const circle: Record<string, unknown> = { token: "jjjjjjjj" };
    circle["self"] = circle;
    log.info("Round.", { circle, deep: { a: { b: { c: { d: { e: { f: { note: "gwt_kkkkkkkk" } } } } } } } });
    expect(JSON.stringify(lines[0])).toMatch(/too deep/);
    expect(JSON.stringify(lines[0])).not.toMatch(/jjjjjjjj|kkkkkkkk/);
  });
});

it("is written from the level on that is asked for now", () => {
  let level: LogLevel = "warn";
  const lines: string[] = [];
  const log = createLogger({ level: () => level, write: (line) => void lines.push(line) }).child("part");
  log.info("first");
  level = "debug";
  log.debug("second");
  expect(lines.map((line) => JSON.parse(line).message)).toEqual(["second"]);
});
