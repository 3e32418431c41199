import { describe, expect, it } from "vitest";

import { createEnvelope } from "./envelope.ts";

const KEY = "0123456789abcdef0123456789abcdef";
const envelope = createEnvelope(KEY);

describe("a sealed secret", () => {
  it("opens with the same key and context, also in another process's envelope", () => {
    const value = envelope.seal("gwt_geheim – 秘密", "ins_1");
    expect(createEnvelope(KEY).open(value, "ins_1")).toBe("gwt_geheim – 秘密");
  });

  it("does not show the secret and is different each time", () => {
    const [first, second] = [envelope.seal("gwt_secret", "ins_1"), envelope.seal("gwt_secret", "ins_1")];
    expect(first.sealed).not.toBe(second.sealed);
    expect(Buffer.from(first.sealed, "base64url").toString("latin1")).not.toContain("gwt_secret");
  });

  it("is refused by name of the setting under another key", () => {
    const other = createEnvelope(KEY.replace("0", "1"));
    const open = () => other.open(envelope.seal("gwt_secret", "ins_1"), "ins_1");
    expect(open).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
    expect(open).toThrow(/SKYKOI_SECRET_KEY/);
  });

  it("does not open when it was moved to another row", () => {
    expect(() => envelope.open(envelope.seal("gwt_secret", "ins_1"), "ins_2")).toThrow(
      expect.objectContaining({ code: "DATA_DIR_CORRUPT" }),
    );
  });

  it("does not open when any part of it was altered, cut off or emptied", () => {
    const { keyId, sealed } = envelope.seal("gwt_secret", "ins_1");
    const parts = sealed.split(".");
    const flipped = parts.map((part, index) =>
      parts.with(index, (part.startsWith("A") ? "B" : "A") + part.slice(1)).join("."),
    );
    for (const broken of [...flipped, parts.slice(0, 2).join("."), "", ".."]) {
      expect(() => envelope.open({ keyId, sealed: broken }, "ins_1")).toThrow(
        expect.objectContaining({ code: "DATA_DIR_CORRUPT" }),
      );
    }
  });

  it("needs a key of 32 characters", () => {
    expect(() => createEnvelope("short")).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
  });
});
