import { createHash } from "node:crypto";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { pngOf } from "../testing/pictures.ts";
import { temporaryDirectory } from "../testing/scene.ts";
import { imageFormat } from "./image-format.ts";
import { createMediaStore } from "./media-store.ts";

const store = (maxBytes?: number) => {
  const directory = join(temporaryDirectory(), "agents", "main", "media");
  return { directory, media: createMediaStore({ directory, ...(maxBytes && { maxBytes }) }) };
};

const kept = async (media: ReturnType<typeof store>["media"], bytes: Uint8Array) => {
  const result = await media.put(bytes);
  if (result.kind !== "kept") throw new Error(result.reason);
  return result.image;
};

describe("the media store", () => {
  it("keeps a picture under the hash of its bytes and gives the same bytes back, also to another reader", async () => {
    const { directory, media } = store();
    const bytes = pngOf(20, 10);
    const image = await kept(media, bytes);
    const hash = createHash("sha256").update(bytes).digest("hex");
    expect(image).toEqual({ type: "image", mimeType: "image/png", media: hash, sizeBytes: 64 });
    expect(readdirSync(directory)).toEqual([hash]);
    expect(await createMediaStore({ directory }).read(hash)).toEqual(Buffer.from(bytes));
  });

  it("keeps the same picture once, also when it comes many times at once", async () => {
    const { directory, media } = store();
    await Promise.all(Array.from({ length: 8 }, () => kept(media, pngOf(20, 10))));
    expect(readdirSync(directory)).toHaveLength(1);
  });

  it("replaces a file of another length, which only a damaged disk leaves behind", async () => {
    const { directory, media } = store();
    const image = await kept(media, pngOf(20, 10));
    writeFileSync(join(directory, image.media), "half");
    await kept(media, pngOf(20, 10));
    expect(await media.read(image.media)).toEqual(Buffer.from(pngOf(20, 10)));
  });

  it.each([
    ["what is no picture", Buffer.from("<svg onload=alert(1)>"), /no PNG/],
    ["an empty file", Buffer.alloc(0), /no PNG/],
    ["a header that is cut short", Buffer.from([0xff, 0xd8, 0xff, 0xe0]), /no PNG/],
    ["a picture that is too large", pngOf(10, 10, 2_000), /0\.00 MB; at most/],
    ["a picture with too many pixels", pngOf(8_001, 10), /8001 × 10/],
  ])("refuses %s with a reason and writes nothing", async (_, bytes, reason) => {
    const { directory, media } = store(1_000);
    expect(await media.put(bytes)).toEqual({ kind: "refused", reason: expect.stringMatching(reason) });
    expect(() => readdirSync(directory)).toThrow("ENOENT");
  });

  it("answers nothing for a picture that is gone or a name that is none", async () => {
    const { directory, media } = store();
    const image = await kept(media, pngOf(20, 10));
    rmSync(join(directory, image.media));
    expect(await media.read(image.media)).toBeUndefined();
    expect(await media.read("../../skykoi.json")).toBeUndefined();
  });

  it("says STORAGE_FAILED when the disk refuses", async () => {
    const directory = join(temporaryDirectory(), "file");
    writeFileSync(directory, "");
    const put = createMediaStore({ directory: join(directory, "media") }).put(pngOf(1, 1));
    await expect(put).rejects.toMatchObject({ code: "STORAGE_FAILED" });
  });
});

const webp = (kind: string, at: number, size: readonly number[]): Uint8Array => {
  const bytes = Buffer.alloc(64);
  bytes.write(`RIFF....WEBP${kind}`, "latin1");
  bytes.set(size, at);
  return bytes;
};
describe("the format of a picture", () => {
  const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xff, 0xc2, 0, 11, 8, 0, 30, 1, 0, 3]);

  it.each([
    ["image/png", pngOf(300, 200), 300, 200],
    ["image/gif", Buffer.from("GIF89a\x0a\x00\x05\x00", "latin1"), 10, 5],
    ["image/jpeg", jpeg, 256, 30],
    ["image/webp", webp("VP8X", 24, [99, 0, 0, 49, 0, 0]), 100, 50],
    ["image/webp", webp("VP8 ", 26, [64, 0, 32, 0]), 64, 32],
    ["image/webp", webp("VP8L", 21, [99, 64, 12, 0]), 100, 50],
  ])("%s is told from its bytes, with its sides", (mimeType, bytes, widthPx, heightPx) => {
    expect(imageFormat(bytes)).toEqual({ mimeType, widthPx, heightPx });
  });
});
