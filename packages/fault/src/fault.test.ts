import { describe, expect, it } from "vitest";

import { FAULTS, isFaultCode } from "./codes.ts";
import { describeThrown, fault, isFault, toFault } from "./fault.ts";

describe("the catalogue of faults", () => {
  it.each(Object.entries(FAULTS))("%s has an error status, a sentence and no jargon", (_code, { status, message }) => {
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    expect(message).toMatch(/^[A-Z].*\.$/);
    expect(message).not.toMatch(/something went wrong|exception|null|undefined/i);
  });

  it("knows its codes and nothing else, not even inherited names", () => {
    expect(isFaultCode("NOT_FOUND")).toBe(true);
    expect(isFaultCode("toString")).toBe(false);
    expect(isFaultCode(404)).toBe(false);
  });
});

describe("a fault", () => {
  it("takes message, retryability and status from the catalogue unless told otherwise", () => {
    expect(fault("RATE_LIMITED")).toMatchObject({ status: 429, retryable: true, message: FAULTS.RATE_LIMITED.message });
    const own = fault("RATE_LIMITED", { message: "Slow down.", retryable: false, retryAfterMs: 50, detail: "peer 1" });
    expect(own).toMatchObject({ retryable: false, message: "Slow down.", retryAfterMs: 50, detail: "peer 1" });
  });

  it("is recognized by brand, and look-alikes are not", () => {
    expect(isFault(fault("INTERNAL"))).toBe(true);
    expect(isFault({ code: "INTERNAL", message: "x" })).toBe(false);
    expect(isFault(null)).toBe(false);
  });
});

describe("any thrown value", () => {
  it("passes through when it is a fault already", () => {
    const original = fault("CONFLICT");
    expect(toFault(original)).toBe(original);
  });

  it.each(["ENOSPC", "EROFS", "EDQUOT", "EIO"])("becomes STORAGE_FAILED when the disk said %s", (code) => {
    const failure = Object.assign(new Error("write"), { code });
    expect(toFault(failure)).toMatchObject({ code: "STORAGE_FAILED", retryable: true, cause: failure });
  });

  it("becomes INTERNAL with the original in the detail and not in the public message", () => {
    const failure = toFault(new Error("password=hunter2 at line 3"));
    expect(failure.code).toBe("INTERNAL");
    expect(failure.message).not.toContain("hunter2");
    expect(failure.detail).toContain("hunter2");
    expect(toFault("plain text").detail).toBe("plain text");
  });

  it("describes faults with their detail, for the log", () => {
    expect(describeThrown(fault("CONFLICT", { message: "Changed.", detail: "row 7" }))).toBe("Changed. (row 7)");
    expect(describeThrown(42)).toBe("42");
  });
});
